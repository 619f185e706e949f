import { ALGORITHMS, type Algorithm, type Digest, isDigest } from '../../oci/digest.ts';
import { isRepository, isTag } from '../../oci/reference.ts';
import { RegistryError } from './errors.ts';

/** What a request is about. Every text in it has passed the specification's grammar. */
export type Route =
  | { readonly kind: 'base' | 'health' | 'ready' | 'metrics' }
  | ({ readonly kind: 'catalog' } & PageWanted)
  | ({ readonly kind: 'tags'; readonly repository: string } & PageWanted)
  | { readonly kind: 'manifest'; readonly repository: string; readonly reference: ManifestReference }
  | { readonly kind: 'blob'; readonly repository: string; readonly digest: Digest }
  | ({ readonly kind: 'uploads'; readonly repository: string } & UploadWanted)
  | { readonly kind: 'upload'; readonly repository: string; readonly id: string; readonly digest?: Digest | undefined }
  | ({ readonly kind: 'referrers'; readonly repository: string; readonly digest: Digest } & ReferrersWanted);

export type ManifestReference =
  | { readonly tag: string }
  | { readonly digest: Digest /** More tags to set with a PUT. */; readonly tags: readonly string[] };

export interface PageWanted {
  readonly n?: number | undefined;
  readonly last?: string | undefined;
}

/** What a POST asks for besides a session. */
export interface UploadWanted {
  /** The whole blob is in the body. */
  readonly digest?: Digest | undefined;
  readonly mount?: Digest | undefined;
  readonly from?: string | undefined;
  readonly algorithm?: Algorithm | undefined;
}

export interface ReferrersWanted {
  readonly artifactType?: string | undefined;
  readonly last?: string | undefined;
}

export type RouteKind = Route['kind'];

/** The route of one kind. */
export type RouteOf<Kind extends RouteKind> = Kind extends PlainKind ? { readonly kind: Kind } : NamedRoute<Kind>;

/** Kinds of which there is one path only, and nothing to read in it. */
type PlainKind = 'base' | 'health' | 'ready' | 'metrics';
type NamedRoute<Kind> = Extract<Route, { kind: Kind }>;

/** The methods of each kind of route. */
export const METHODS: Readonly<Record<RouteKind, readonly string[]>> = {
  base: ['GET', 'HEAD'],
  health: ['GET', 'HEAD'],
  ready: ['GET', 'HEAD'],
  metrics: ['GET', 'HEAD'],
  catalog: ['GET', 'HEAD'],
  tags: ['GET', 'HEAD'],
  manifest: ['GET', 'HEAD', 'PUT', 'DELETE'],
  blob: ['GET', 'HEAD', 'DELETE'],
  uploads: ['POST'],
  upload: ['GET', 'HEAD', 'PATCH', 'PUT', 'DELETE'],
  referrers: ['GET', 'HEAD'],
};

/** What the readers of one kind of path work on. */
interface Parts {
  readonly method: string;
  /** The path's last segment, decoded. */
  readonly last: string;
  readonly query: URLSearchParams;
}

/** The endings of the paths that name a repository, in the order they are tried; `*` is any one segment. */
const ENDINGS: readonly {
  ending: readonly string[];
  kind: RouteKind;
  read: (repository: string, parts: Parts) => Route;
}[] = [
  {
    ending: ['tags', 'list'],
    kind: 'tags',
    read: (repository, { query }) => ({ kind: 'tags', repository, ...readPage(query) }),
  },
  { ending: ['blobs', 'uploads', ''], kind: 'uploads', read: readUploads },
  { ending: ['blobs', 'uploads'], kind: 'uploads', read: readUploads },
  { ending: ['blobs', 'uploads', '*'], kind: 'upload', read: readUpload },
  {
    ending: ['blobs', '*'],
    kind: 'blob',
    read: (repository, { last }) => ({ kind: 'blob', repository, digest: digestFrom(last) }),
  },
  { ending: ['manifests', '*'], kind: 'manifest', read: readManifestRoute },
  { ending: ['referrers', '*'], kind: 'referrers', read: readReferrers },
];

/** The paths without anything to read in them; the last three are what Kubernetes and Prometheus ask for. */
const PLAIN: ReadonlyMap<string, PlainKind> = new Map([
  ['/v2/', 'base'],
  ['/v2', 'base'],
  ['/healthz', 'health'],
  ['/readyz', 'ready'],
  ['/metrics', 'metrics'],
]);

/**
 * Reads a request's method and raw URL: the one place where a path is read. Only a path's last segment may be
 * percent-encoded, since a legal name never needs it. Throws RegistryError: NAME_INVALID, TAG_INVALID, DIGEST_INVALID,
 * PAGINATION_NUMBER_INVALID, UNSUPPORTED (405 with `Allow`, or 404 for a path that the specification does not have).
 */
export function parseRoute(method: string, url: string): Route {
  const mark = url.indexOf('?');
  const path = mark < 0 ? url : url.slice(0, mark);
  const query = new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1));
  const plain = PLAIN.get(path);
  if (plain !== undefined) return allowed(method, plain, () => ({ kind: plain }));
  if (path === '/v2/_catalog') return allowed(method, 'catalog', () => ({ kind: 'catalog', ...readPage(query) }));
  if (!path.startsWith('/v2/')) throw unknownPath();
  return readNamed(method, path.slice('/v2/'.length).split('/'), query);
}

function readNamed(method: string, segments: readonly string[], query: URLSearchParams): Route {
  const found = ENDINGS.find(({ ending }) => endsWith(segments, ending));
  if (found === undefined) throw unknownPath();
  const repository = segments.slice(0, -found.ending.length).join('/');
  if (!isRepository(repository)) throw new RegistryError('NAME_INVALID', { details: [{ name: repository }] });
  const last = decoded(segments.at(-1) ?? '');
  return allowed(method, found.kind, () => found.read(repository, { method, last, query }));
}

function endsWith(segments: readonly string[], ending: readonly string[]): boolean {
  if (segments.length <= ending.length) return false;
  const tail = segments.slice(-ending.length);
  return ending.every((wanted, at) => (wanted === '*' ? tail[at] !== '' : tail[at] === wanted));
}

function allowed(method: string, kind: RouteKind, read: () => Route): Route {
  if (METHODS[kind].includes(method)) return read();
  throw new RegistryError('UNSUPPORTED', { details: [{ method }], headers: { Allow: METHODS[kind].join(', ') } });
}

function readUploads(repository: string, { query }: Parts): Route {
  const [digest, mount] = [query.get('digest'), query.get('mount')];
  const [from, algorithm] = [query.get('from'), query.get('digest-algorithm')];
  if (from !== null && !isRepository(from)) throw new RegistryError('NAME_INVALID', { details: [{ from }] });
  return {
    kind: 'uploads',
    repository,
    ...(digest !== null && { digest: digestFrom(digest) }),
    ...(mount !== null && { mount: digestFrom(mount) }),
    ...(from !== null && { from }),
    ...(algorithm !== null && { algorithm: algorithmFrom(algorithm) }),
  };
}

/** Session ids are checked where they are looked up: any text may be asked for, and none but a real one is found. */
function readUpload(repository: string, { method, last, query }: Parts): Route {
  if (method !== 'PUT') return { kind: 'upload', repository, id: last };
  return { kind: 'upload', repository, id: last, digest: digestFrom(query.get('digest') ?? '') };
}

/** A GET by a name that no tag can have finds nothing; a PUT by one is refused. */
function readManifestRoute(repository: string, { method, last, query }: Parts): Route {
  if (last.includes(':')) {
    const tags = method === 'PUT' ? query.getAll('tag').map(tagFrom) : [];
    return { kind: 'manifest', repository, reference: { digest: digestFrom(last), tags } };
  }
  if (method !== 'PUT' && !isTag(last)) throw new RegistryError('MANIFEST_UNKNOWN', { details: [{ tag: last }] });
  return { kind: 'manifest', repository, reference: { tag: tagFrom(last) } };
}

function readReferrers(repository: string, { last, query }: Parts): Route {
  const [artifactType, after] = [query.get('artifactType'), query.get('last')];
  return {
    kind: 'referrers',
    repository,
    digest: digestFrom(last),
    ...(artifactType !== null && { artifactType }),
    ...(after !== null && { last: after }),
  };
}

function readPage(query: URLSearchParams): PageWanted {
  const [n, last] = [query.get('n'), query.get('last')];
  if (n !== null && !/^\d{1,9}$/.test(n)) throw new RegistryError('PAGINATION_NUMBER_INVALID', { details: [{ n }] });
  return { ...(n !== null && { n: Number(n) }), ...(last !== null && { last }) };
}

function digestFrom(text: string): Digest {
  if (isDigest(text)) return text;
  throw new RegistryError('DIGEST_INVALID', {
    details: [{ digest: text, reason: 'it is no sha256 or sha512 digest' }],
  });
}

function tagFrom(text: string): string {
  if (isTag(text)) return text;
  throw new RegistryError('TAG_INVALID', { details: [{ tag: text }] });
}

function algorithmFrom(text: string): Algorithm {
  const algorithm = (Object.keys(ALGORITHMS) as Algorithm[]).find((known) => known === text);
  if (algorithm !== undefined) return algorithm;
  throw new RegistryError('DIGEST_INVALID', { details: [{ algorithm: text, reason: 'it is not known here' }] });
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

function unknownPath(): RegistryError {
  return new RegistryError('UNSUPPORTED', { status: 404, details: [{ reason: 'no such path in this API' }] });
}
