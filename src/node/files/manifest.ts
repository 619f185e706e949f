import * as v from 'valibot';
import { ThawError } from '../../errors.ts';
import type { Host } from '../host/host.ts';
import { readText } from '../host/read.ts';
import { writeFileWhole } from './write.ts';

/** Where it is written down what thaw put on the node. */
export const MANIFEST = '/var/lib/thaw/node.json';

const Manifest = v.object({
  format: v.literal('1'),
  /** Each file with the digests that it may have: two while it is being replaced. In the order of installation. */
  files: v.record(v.string(), v.array(v.string())),
  /** Somebody else's files that were changed: where they were kept, and the digest that the change gave. */
  edits: v.record(v.string(), v.object({ backup: v.string(), after: v.string() })),
  /** Folders that were not there before. */
  folders: v.array(v.string()),
  /** The process that has not read the settings yet; a later one has. */
  unread: v.optional(v.number()),
});

/** What thaw put on the node, so that it touches nothing else. */
export type Manifest = v.InferOutput<typeof Manifest>;

/** That of a node without thaw. */
export const NOTHING: Manifest = { format: '1', files: {}, edits: {}, folders: [] };

/** Reads it; NOTHING where there is none. Throws NODE_MANIFEST_INVALID. */
export async function readManifest(host: Host): Promise<Manifest> {
  const text = await readText(host, MANIFEST);
  if (text === undefined) return NOTHING;
  const { success, output } = v.safeParse(Manifest, parse(text));
  if (success) return output;
  throw new ThawError('NODE_MANIFEST_INVALID', {
    message: `${MANIFEST} does not say what thaw put on this node`,
    next: 'bring it back from a backup; or remove the files that docs/node.md lists, and this one, by hand',
    facts: { path: MANIFEST },
  });
}

/** Writes it, so that it outlives a crash. */
export async function writeManifest(host: Host, manifest: Manifest): Promise<void> {
  const content = `${JSON.stringify(manifest, undefined, 2)}\n`;
  await writeFileWhole(host, { path: MANIFEST, content, mode: 0o600 });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
