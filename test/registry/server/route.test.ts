import test from 'ava';
import fc from 'fast-check';
import { isDigest } from '../../../src/oci/digest.ts';
import { isRepository, isTag } from '../../../src/oci/reference.ts';
import { RegistryError } from '../../../src/registry/server/errors.ts';
import { METHODS, parseRoute, type Route } from '../../../src/registry/server/route.ts';

const DIGEST = `sha256:${'a'.repeat(64)}` as const;

const ROUTES: readonly [string, Route][] = [
  ['GET /v2/', { kind: 'base' }],
  ['GET /v2', { kind: 'base' }],
  ['GET /healthz', { kind: 'health' }],
  ['GET /readyz?verbose', { kind: 'ready' }],
  ['GET /metrics', { kind: 'metrics' }],
  ['GET /v2/_catalog?n=5&last=x', { kind: 'catalog', n: 5, last: 'x' }],
  ['GET /v2/a/b/tags/list', { kind: 'tags', repository: 'a/b' }],
  ['GET /v2/a/manifests/v1', { kind: 'manifest', repository: 'a', reference: { tag: 'v1' } }],
  [
    `GET /v2/a/manifests/${DIGEST}?tag=x`,
    { kind: 'manifest', repository: 'a', reference: { digest: DIGEST, tags: [] } },
  ],
  [
    `PUT /v2/a/manifests/${DIGEST}?tag=x`,
    { kind: 'manifest', repository: 'a', reference: { digest: DIGEST, tags: ['x'] } },
  ],
  [`GET /v2/a/blobs/${DIGEST}`, { kind: 'blob', repository: 'a', digest: DIGEST }],
  [`GET /v2/a/blobs/sha256%3A${'a'.repeat(64)}`, { kind: 'blob', repository: 'a', digest: DIGEST }],
  ['POST /v2/a/blobs/uploads/', { kind: 'uploads', repository: 'a' }],
  [
    `POST /v2/a/blobs/uploads?mount=${DIGEST}&from=b/c`,
    { kind: 'uploads', repository: 'a', mount: DIGEST, from: 'b/c' },
  ],
  ['POST /v2/a/blobs/uploads/?digest-algorithm=sha512', { kind: 'uploads', repository: 'a', algorithm: 'sha512' }],
  ['PATCH /v2/a/blobs/uploads/some-id?digest=ignored', { kind: 'upload', repository: 'a', id: 'some-id' }],
  [
    `PUT /v2/a/blobs/uploads/some-id?digest=${DIGEST}`,
    { kind: 'upload', repository: 'a', id: 'some-id', digest: DIGEST },
  ],
  [
    `GET /v2/a/referrers/${DIGEST}?artifactType=x/y`,
    { kind: 'referrers', repository: 'a', digest: DIGEST, artifactType: 'x/y' },
  ],
  ['GET /v2/manifests/tags/list', { kind: 'tags', repository: 'manifests' }],
  [
    'GET /v2/a/blobs/uploads/manifests/v1',
    { kind: 'manifest', repository: 'a/blobs/uploads', reference: { tag: 'v1' } },
  ],
];

for (const [request, route] of ROUTES) {
  test(`${request} is read`, (t) => t.deepEqual(parse(request), route));
}

test('every kind of route has been read, and every method it has', (t) => {
  t.deepEqual([...new Set(ROUTES.map(([, { kind }]) => kind))].toSorted(), Object.keys(METHODS).toSorted());
  for (const [request, { kind }] of ROUTES) {
    for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'CONNECT']) {
      if (METHODS[kind].includes(method)) continue;
      const error = t.throws(() => parse(request.replace(/^\w+/, method)), { instanceOf: RegistryError });
      t.is(error?.status, 405);
    }
  }
});

const hostile = fc.oneof(
  fc.constantFrom(
    '..',
    '.',
    '',
    '%2e%2e',
    '%2E%2E%2F',
    '%00',
    '%',
    '%zz',
    '\0',
    '_layers',
    '_uploads',
    '..%2f..',
    '%c0%ae',
  ),
  fc.constantFrom(
    'a',
    'blobs',
    'uploads',
    'manifests',
    'tags',
    'list',
    'referrers',
    'v1',
    '-x',
    'A',
    DIGEST,
    'sha256:..',
  ),
  fc.constantFrom('sha512:../../x', `sha256:${'A'.repeat(64)}`, `sha256:${'a'.repeat(63)}/`, 'a'.repeat(300), '🧊'),
  fc.string({ maxLength: 12 }),
);
const hostileRequest = fc.tuple(
  fc.constantFrom('GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'TRACE'),
  fc.array(hostile, { maxLength: 8 }),
  fc.constantFrom('', '/blobs/uploads/', '/tags/list', `/blobs/${DIGEST}`, '/manifests/v1', `/referrers/${DIGEST}`),
  fc.array(fc.tuple(fc.constantFrom('n', 'last', 'digest', 'mount', 'from', 'tag', 'digest-algorithm'), hostile), {
    maxLength: 3,
  }),
);

test('whatever the path, a route holds only legal names, tags and digests, or there is no route', (t) => {
  let routes = 0;
  fc.assert(
    fc.property(hostileRequest, ([method, segments, ending, query]) => {
      const search = query.map(([name, value]) => `${name}=${value}`).join('&');
      const route = attempt(method, `/v2/${segments.join('/')}${ending}?${search}`);
      if (route === undefined) return true;
      routes += 1;
      return isSafe(route);
    }),
    { numRuns: 20_000 },
  );
  t.true(routes > 100, `only ${routes} paths made a route`);
});

function parse(request: string): Route {
  const space = request.indexOf(' ');
  return parseRoute(request.slice(0, space), request.slice(space + 1));
}

function attempt(method: string, url: string): Route | undefined {
  try {
    return parseRoute(method, url);
  } catch (error) {
    if (error instanceof RegistryError && error.status < 500) return undefined;
    throw error;
  }
}

/** All that the file system could come to see. */
function isSafe(route: Route): boolean {
  if ('repository' in route && !isRepository(route.repository)) return false;
  if ('digest' in route && route.digest !== undefined && !isDigest(route.digest)) return false;
  if (route.kind === 'uploads') {
    return (
      (route.mount === undefined || isDigest(route.mount)) && (route.from === undefined || isRepository(route.from))
    );
  }
  if (route.kind !== 'manifest') return true;
  const { reference } = route;
  return 'tag' in reference ? isTag(reference.tag) : isDigest(reference.digest) && reference.tags.every(isTag);
}
