import type { Digest } from '../../src/oci/digest.ts';
import type { BlobSource, Target } from '../../src/registry/target.ts';
import { collect } from './collect.ts';

/** JSON as a test changes it: whatever the field, it may become anything. */
// biome-ignore lint/suspicious/noExplicitAny: a hostile manifest has no type
type Loose = any;

/** Bytes in memory as a blob. */
export function bytesSource(bytes: Uint8Array): BlobSource {
  return {
    size: bytes.length,
    async *open(offset) {
      yield bytes.subarray(offset);
    },
  };
}

/** Puts a changed copy of an image under a tag of its own; gives its digest. */
export async function tamper(
  target: Target,
  original: string,
  change: (manifest: Loose, config: Loose) => void,
): Promise<Digest> {
  const stored = await target.getManifest(original);
  const manifest = JSON.parse(String(stored?.bytes));
  const config = JSON.parse(String(await collect(await target.getBlob(manifest.config.digest))));
  change(manifest, config);
  const { digest, size } = await target.putBlob(bytesSource(Buffer.from(JSON.stringify(config))));
  if (manifest.config !== undefined) Object.assign(manifest.config, { digest, size, ...manifest.config.override });
  const bytes = Buffer.from(JSON.stringify(manifest));
  return target.putManifest({ bytes, mediaType: manifest.mediaType });
}
