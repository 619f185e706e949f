import { type Digest, digestOf } from '../../src/oci/digest.ts';
import { CONFIG, LAYER, MANIFEST } from '../../src/oci/media-types.ts';
import { openRegistry } from '../../src/registry/client/target.ts';
import type { Target } from '../../src/registry/target.ts';
import { NODE_ROOT, rootFolder } from './debian-root.ts';
import { layOutCounter, layOutPython, packTree } from './image-trees.ts';
import { registryAddress } from './registry.ts';
import type { Settings } from './settings.ts';
import { workload } from './workload.ts';

/** The images of the bed, by their repository and tag in its registry. */
export const BED_IMAGES = ['pause:1', 'counter:1', 'counter:bare', 'python:1'] as const;

/** The name of an image of the bed. */
export type BedImage = (typeof BED_IMAGES)[number];

/** What a runtime is told of an image; OCI image specification 1.1.1, config.md. */
interface ImageSettings {
  readonly Entrypoint?: readonly string[];
  readonly Env: readonly string[];
}

/**
 * Makes the bed's images and pushes them to its registry, which must run; gives their digests. `pause:1` holds a pod's
 * namespaces, `counter:1` is the workload program, `counter:bare` the same with neither Entrypoint nor Cmd, `python:1`
 * Debian's python3 with a program that prints the same lines. One layer each. Wants what `build` makes.
 */
export async function bedImages(settings: Settings): Promise<Readonly<Record<BedImage, Digest>>> {
  const program = await workload(settings, () => {});
  const root = rootFolder(settings.cache, NODE_ROOT);
  const [counter, python] = await Promise.all([
    packTree((folder) => layOutCounter(folder, program)),
    packTree((folder) => layOutPython(folder, root)),
  ]);
  const Env = ['PATH=/usr/local/bin:/usr/bin:/bin'];
  const run = ['/usr/bin/python3', '/usr/local/bin/counter.py'];
  const images: Record<BedImage, { layer: Buffer; settings: ImageSettings }> = {
    'pause:1': { layer: counter, settings: { Env, Entrypoint: ['/bin/counter', '--pause'] } },
    'counter:1': { layer: counter, settings: { Env, Entrypoint: ['/bin/counter'] } },
    'counter:bare': { layer: counter, settings: { Env } },
    'python:1': { layer: python, settings: { Env: [...Env, 'PYTHONDONTWRITEBYTECODE=1'], Entrypoint: run } },
  };
  const pushed = BED_IMAGES.map(async (name) => [name, await push(settings, name, images[name])] as const);
  return Object.fromEntries(await Promise.all(pushed)) as Record<BedImage, Digest>;
}

async function push(
  bed: Settings,
  name: BedImage,
  { layer, settings }: { layer: Buffer; settings: ImageSettings },
): Promise<Digest> {
  const [repository = '', tag] = name.split(':');
  const target = await openRegistry({ registry: registryAddress(bed), repository, plainHttp: true });
  try {
    const config = Buffer.from(JSON.stringify(imageConfig(layer, settings)));
    const manifest = {
      schemaVersion: 2,
      mediaType: MANIFEST,
      config: { mediaType: CONFIG, ...(await putBytes(target, config)) },
      layers: [{ mediaType: LAYER.none, ...(await putBytes(target, layer)) }],
    };
    const bytes = Buffer.from(JSON.stringify(manifest));
    return await target.putManifest({ bytes, mediaType: MANIFEST, tag, replace: true });
  } finally {
    await target.close();
  }
}

function imageConfig(layer: Buffer, config: ImageSettings): object {
  return {
    created: '1970-01-01T00:00:00Z',
    architecture: process.arch === 'x64' ? 'amd64' : process.arch,
    os: 'linux',
    config,
    rootfs: { type: 'layers', diff_ids: [digestOf(layer)] },
  };
}

async function putBytes(target: Target, bytes: Buffer): Promise<{ digest: Digest; size: number }> {
  const source = {
    size: bytes.length,
    digest: digestOf(bytes),
    open: async function* (offset: number) {
      yield Buffer.from(bytes.subarray(offset));
    },
  };
  const { digest, size } = await target.putBlob(source);
  return { digest, size };
}
