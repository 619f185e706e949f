import { packTree } from '../../../scripts/cluster/image-trees.ts';
import { registryAddress } from '../../../scripts/cluster/registry.ts';
import { digestOf } from '../../../src/oci/digest.ts';
import { CONFIG, LAYER, MANIFEST } from '../../../src/oci/media-types.ts';
import { openRegistry } from '../../../src/registry/client/target.ts';
import type { Bed } from './bed.ts';

/** Pushes a tree that `fill` lays out to the bed's registry, as `<repository>:1`, an image that starts `entrypoint`. */
export async function pushTree(
  { settings }: Bed,
  repository: string,
  entrypoint: readonly string[],
  fill: (folder: string) => Promise<void>,
): Promise<void> {
  const layer = await packTree(fill);
  const target = await openRegistry({ registry: registryAddress(settings), repository, plainHttp: true });
  try {
    const put = async (bytes: Buffer) => {
      const open = async function* (offset: number) {
        yield Buffer.from(bytes.subarray(offset));
      };
      const { digest, size } = await target.putBlob({ size: bytes.length, digest: digestOf(bytes), open });
      return { digest, size };
    };
    const config = {
      architecture: process.arch === 'x64' ? 'amd64' : process.arch,
      os: 'linux',
      config: { Entrypoint: entrypoint },
      rootfs: { type: 'layers', diff_ids: [digestOf(layer)] },
    };
    const manifest = {
      schemaVersion: 2,
      mediaType: MANIFEST,
      config: { mediaType: CONFIG, ...(await put(Buffer.from(JSON.stringify(config)))) },
      layers: [{ mediaType: LAYER.none, ...(await put(layer)) }],
    };
    await target.putManifest({ bytes: Buffer.from(JSON.stringify(manifest)), mediaType: MANIFEST, tag: '1' });
  } finally {
    await target.close();
  }
}
