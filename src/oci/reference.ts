import { ThawError } from '../errors.ts';
import { type Digest, isDigest } from './digest.ts';

/** `<registry>/<repository>[:<tag>][@<digest>]`, taken apart. */
export interface Reference {
  /** Host and, where given, port: `checkpoint-registry.local`, `127.0.0.1:5000`, `[::1]:5000`. */
  readonly registry: string;
  /** Repository path, e.g. `checkpoints`. */
  readonly repository: string;
  readonly tag?: string;
  readonly digest?: Digest;
}

/** Repository names and tags as the OCI distribution specification 1.1.1 has them ("Pulling manifests"). */
const REPOSITORY = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;
const TAG = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/;
const HOST =
  /^(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*|\[[0-9a-fA-F:.]+\])(?::\d{1,5})?$/;
const LONGEST = 255;

/** Whether a text is a legal repository name. */
export function isRepository(text: string): boolean {
  return text.length <= LONGEST && REPOSITORY.test(text);
}

/** Whether a text is a legal tag. */
export function isTag(text: string): boolean {
  return TAG.test(text);
}

/**
 * Takes a reference apart. The registry must be named, since thaw has no default one: its first part holds a dot or a
 * colon, or is `localhost`. Throws REFERENCE_INVALID.
 */
export function parseReference(text: string): Reference {
  const slash = text.indexOf('/');
  const registry = slash < 0 ? '' : text.slice(0, slash);
  if (!/[.:[]|^localhost$/.test(registry)) throw invalid(text, 'it does not begin with a registry host');
  if (!isHost(registry)) throw invalid(text, `"${registry}" is no registry host`);

  const { name, digest } = splitAtDigest(text, text.slice(slash + 1));
  const colon = name.indexOf(':');
  const repository = colon < 0 ? name : name.slice(0, colon);
  const tag = colon < 0 ? undefined : name.slice(colon + 1);
  if (!isRepository(repository)) throw invalid(text, `"${repository}" is no repository name`);
  if (tag !== undefined && !isTag(tag)) throw invalid(text, `"${tag}" is no tag`);
  return { registry, repository, ...(tag === undefined ? {} : { tag }), ...(digest === undefined ? {} : { digest }) };
}

/** The reference as text; the opposite of parseReference. */
export function formatReference({ registry, repository, tag, digest }: Reference): string {
  return `${registry}/${repository}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`;
}

function isHost(text: string): boolean {
  if (!HOST.test(text)) return false;
  const port = /:(\d+)$/.exec(text)?.[1];
  return port === undefined || text.endsWith(']') || Number(port) <= 65_535;
}

function splitAtDigest(text: string, path: string): { name: string; digest?: Digest } {
  const at = path.indexOf('@');
  if (at < 0) return { name: path };
  const digest = path.slice(at + 1);
  if (!isDigest(digest)) throw invalid(text, `"${digest}" is no digest`);
  return { name: path.slice(0, at), digest };
}

function invalid(text: string, why: string): ThawError {
  return new ThawError('REFERENCE_INVALID', {
    message: `"${text}" is no image reference: ${why}`,
    next: 'write <host[:port]>/<repository>[:<tag>][@sha256:<64 hex digits>], in lower case but for the tag',
    facts: { reference: text, why },
  });
}
