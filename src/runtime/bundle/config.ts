import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { conform } from '../../checkpoint/schema/conform.ts';
import { object, textMap } from '../../checkpoint/schema/shapes.ts';
import { errnoOf, ThawError } from '../../errors.ts';
import { parseExact } from './exact-json.ts';

const Mount = object({
  destination: v.string(),
  type: v.exactOptional(v.string()),
  source: v.exactOptional(v.string()),
  options: v.exactOptional(v.array(v.string())),
});

const Process = object({
  args: v.exactOptional(v.array(v.string())),
  env: v.exactOptional(v.array(v.string())),
  user: v.exactOptional(object({ uid: v.exactOptional(v.number()) })),
  capabilities: v.exactOptional(object({ bounding: v.exactOptional(v.array(v.string())) })),
  noNewPrivileges: v.exactOptional(v.boolean()),
  apparmorProfile: v.exactOptional(v.string()),
  selinuxLabel: v.exactOptional(v.string()),
});

/** config.json of a bundle: the OCI runtime specification 1.3.0, config.md, of which only this much is looked at. */
const BundleConfig = object({
  root: object({
    path: v.pipe(v.string(), v.nonEmpty('must not be empty')),
    readonly: v.exactOptional(v.boolean()),
  }),
  mounts: v.exactOptional(v.array(Mount)),
  process: v.exactOptional(Process),
  annotations: v.exactOptional(textMap()),
  linux: v.exactOptional(
    object({
      namespaces: v.exactOptional(v.array(object({ type: v.string() }))),
      mountLabel: v.exactOptional(v.string()),
      readonlyPaths: v.exactOptional(v.array(v.string())),
      seccomp: v.exactOptional(object({ defaultAction: v.exactOptional(v.string()) })),
    }),
  ),
});

export type BundleConfig = v.InferOutput<typeof BundleConfig>;
export type BundleMount = v.InferOutput<typeof Mount>;

/** What an engine and the kubelet can write at most; real ones take 5 to 40 KiB. */
const MAX_BYTES = 16 * 1024 * 1024;

/** A bundle as the node's runtime made it. */
export interface Bundle {
  readonly folder: string;
  readonly config: BundleConfig;
}

/** Reads a bundle. Its config keeps what thaw does not look at, for runc. Throws BUNDLE_INVALID. */
export function readBundle(folder: string): Bundle {
  const file = join(folder, 'config.json');
  return { folder, config: conform(BundleConfig, parse(file), (where, what) => invalid(file, `${what}, at ${where}`)) };
}

function parse(file: string): unknown {
  try {
    const text = readFileSync(file, 'utf8');
    if (text.length > MAX_BYTES) throw invalid(file, `it has ${text.length} characters`);
    return dropNulls(parseExact(text));
  } catch (cause) {
    if (cause instanceof ThawError) throw cause;
    throw invalid(file, errnoOf(cause) ?? 'it is no JSON', cause);
  }
}

/** To Go null is the same as absent. Only where thaw looks. */
function dropNulls(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, field]) => field !== null);
  return Array.isArray(value) ? value : Object.fromEntries(entries.map(([key, field]) => [key, inside(key, field)]));
}

function inside(key: string, value: unknown): unknown {
  return ['root', 'process', 'linux', 'user', 'capabilities'].includes(key) ? dropNulls(value) : value;
}

function invalid(file: string, why: string, cause?: unknown): ThawError {
  return new ThawError('BUNDLE_INVALID', {
    message: `${file} is no config.json of the OCI runtime specification: ${why}`,
    next: "look into the node's runtime, which made it, and say what it is and its version in a bug report",
    facts: { file, why },
    ...(cause === undefined ? {} : { cause }),
  });
}
