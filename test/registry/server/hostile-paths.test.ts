import { lstat, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import fc from 'fast-check';
import { digestOf } from '../../../src/oci/digest.ts';
import { isRepository, isTag } from '../../../src/oci/reference.ts';
import { temporaryFolder } from '../../helpers/fixtures.ts';
import { raw } from '../../helpers/raw.ts';
import { serving } from '../../helpers/serving.ts';

const DIGEST = digestOf('thaw');
const SECRET = 'what no request may read';

const piece = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom('a', 'victim', 'a-b_c.d', 'blobs', 'uploads') },
  fc.constantFrom('..', '.', '', '%2e%2e', '%2E%2E%2F', '..%2f..', '..%5c..', '\\..\\', '%00', '%c0%ae%c0%ae', '%252e'),
  fc.constantFrom('a', 'victim', 'secret', '_uploads', '_layers', '_manifests', 'blobs', 'uploads', 'tags', 'list'),
  fc.constantFrom('data', 'link', 'docker', 'registry', 'v2', 'repositories', 'thaw', 'tmp', 'etc', 'passwd', '~', '*'),
  fc.constantFrom(`sha256:../../../../secret`, 'sha256:%2e%2e/secret', 'sha512:', `sha256:${'A'.repeat(64)}`, DIGEST),
  fc.constantFrom(
    '00000000-0000-0000-0000-000000000000',
    '..%2f..%2fsecret',
    '\uff53ecret',
    '\u202e',
    'con',
    'a'.repeat(500),
  ),
  fc.string({ maxLength: 8, unit: fc.integer({ min: 0x21, max: 0xff }).map((code) => String.fromCharCode(code)) }),
);
const ending = fc.constantFrom(
  '',
  '/blobs/uploads/',
  '/blobs/uploads/../../secret',
  '/tags/list',
  `/blobs/${DIGEST}`,
  '/manifests/v1',
  '/manifests/..%2f..%2f..%2fsecret',
  `/referrers/${DIGEST}`,
);
const query = fc.array(
  fc.tuple(fc.constantFrom('n', 'last', 'digest', 'mount', 'from', 'tag', 'artifactType'), piece),
  {
    maxLength: 3,
  },
);
const prefix = fc.constantFrom(
  '/v2/',
  '/v2/',
  '/v2/',
  '/v2/',
  '/v2/',
  '/v2/',
  '/v2//',
  '//v2/',
  '/v2/../',
  'http://x/v2/',
  '/V2/',
  '/v2/%2e%2e/',
  '/',
);
const request = fc.record({
  method: fc.constantFrom('GET', 'HEAD', 'PUT', 'POST', 'PATCH', 'DELETE'),
  target: fc
    .tuple(prefix, fc.array(piece, { minLength: 1, maxLength: 3 }), ending, query)
    .map(([start, pieces, end, pairs]) => {
      const search = pairs.map(([name, value]) => `${name}=${value}`).join('&');
      return `${start}${pieces.join('/')}${end}${search === '' ? '' : `?${search}`}`.replaceAll(/[\s#]/g, '');
    }),
});

/** Every path below a folder, without what stands in files. */
async function tree(folder: string): Promise<string[]> {
  return (await readdir(folder, { recursive: true })).toSorted();
}

test('whatever is asked for over a connection, nothing outside the data folder is read, made or removed', async (t) => {
  const outside = await temporaryFolder(t);
  const root = join(outside, 'data');
  await writeFile(join(outside, 'secret'), SECRET);
  await mkdir(root);
  const { port } = await serving(t, { root, logger: undefined });
  const statuses = new Map<string, number>();
  await fc.assert(
    fc.asyncProperty(fc.array(request, { minLength: 10, maxLength: 20 }), async (requests) => {
      const heads = requests.map(({ method, target }) => `${method} ${target} HTTP/1.1\r\nHost: x\r\n`);
      const rest = 'Content-Length: 4\r\nConnection: close\r\n\r\nthaw';
      const answered = await Promise.all(heads.map((head) => raw(port, Buffer.from(`${head}${rest}`, 'latin1'))));
      const answers = answered.join('\n');
      for (const [, status = ''] of answers.matchAll(/^HTTP\/1\.1 (\d{3})/gm)) {
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      }
      return !answers.includes(SECRET);
    }),
    { numRuns: 150 },
  );
  t.deepEqual(await readdir(outside), ['data', 'secret']);
  t.is(await readFile(join(outside, 'secret'), 'utf8'), SECRET);
  t.is(statuses.get('500'), undefined, 'nothing that a client asks for is a fault of ours');
  t.true((statuses.get('400') ?? 0) > 100 && (statuses.get('404') ?? 0) > 100, JSON.stringify([...statuses]));
  for (const path of await tree(root)) t.true(isOurs(path), path);
  for (const path of await tree(root)) t.false((await lstat(join(root, path))).isSymbolicLink());
});

/** Names that the layout has, and those that the grammar of repositories, tags, digests and sessions allows. */
function isOurs(path: string): boolean {
  if (!path.startsWith('docker/registry/v2/repositories/')) return /^(docker|thaw)(\/[a-z0-9-]+)*$/.test(path);
  const inside = path.slice('docker/registry/v2/repositories/'.length);
  const mark = /(?:^|\/)_(layers|manifests|uploads|referrers)(?:\/|$)/.exec(inside);
  if (mark === null) return isRepository(inside);
  const names = inside
    .slice(mark.index + mark[0].length)
    .split('/')
    .filter((name) => name !== '');
  return isRepository(inside.slice(0, mark.index)) && names.every((name) => isTag(name));
}
