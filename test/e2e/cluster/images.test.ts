import ava, { type ExecutionContext } from 'ava';
import { type BuildahStorage, useBuildahStorage } from '../../helpers/buildah-storage.ts';
import type { Bed } from '../../helpers/cluster/bed.ts';
import { ways } from '../../helpers/cluster/cluster-test.ts';
import { type Frozen, freeze, isWhole, type RestoredManifest, setOut, wake } from '../../helpers/cluster/journey.ts';
import { serveBase } from '../../helpers/cluster/second-registry.ts';
import type { Workload } from '../../helpers/cluster/workload.ts';

// Every kind of checkpoint image that `thaw convert` makes is pulled and restored by a real runtime, under every kind of
// reference, and with a base image that the target node has not got.

/** The kinds of image that `thaw convert` makes, by the container that goes through each. */
const KINDS = {
  'single-none': '--layers single --compression none',
  'single-gzip': '--layers single --compression gzip',
  'single-zstd': '--layers single --compression zstd',
  'split-none': '--layers split --compression none',
  'split-gzip': '--layers split --compression gzip',
  'split-zstd': '--layers split --compression zstd',
  'buildah-none': '--engine buildah --compression none',
  'buildah-zstd': '--engine buildah --compression zstd',
} as const;

/** What each makes of the <tag>@<digest> that `thaw pod` prints. */
const REFERENCES: Readonly<Record<string, (reference: string) => string>> = {
  tag: (reference) => reference.replace(/@.*/, ''),
  digest: (reference) => reference.replace(/:[^:@/]*@/, '@'),
  both: (reference) => reference,
};

/** Enough memory for `split` to cut. */
const MEBIBYTES = 12;

let storage: BuildahStorage | undefined;
ava.before('buildah has a storage of its own', async () => {
  storage = await useBuildahStorage();
});
ava.after.always('the storage goes', () => storage?.remove());

for (const { test } of ways()) {
  test(
    'images of one layer and of several, of every compression, made by us and by buildah, restore alike',
    everyKind,
    ['buildah'],
  );
  test('an image restores by its tag, by its digest, and by both', everyReference);
  test('a base image that the target node lacks comes with the pull secret of the pod', foreignBase, [
    'skopeo',
    'openssl',
  ]);
}

async function everyKind(t: ExecutionContext, bed: Bed): Promise<void> {
  const containers = Object.keys(KINDS).map((name): Workload => ({ name, memory: MEBIBYTES }));
  const frozen = await freeze(bed, await setOut(t, bed, { name: 'kinds', containers }));
  const images = await convertEach(bed, frozen, KINDS);
  const layers = await Promise.all(Object.keys(KINDS).map(async (tag) => [tag, await layersOf(bed, tag)]));
  t.deepEqual(Object.fromEntries(layers), {
    'single-none': ['tar'],
    'single-gzip': ['tar+gzip'],
    'single-zstd': ['tar+zstd'],
    'split-none': ['tar', 'tar'],
    'split-gzip': ['tar+gzip', 'tar+gzip'],
    'split-zstd': ['tar+zstd', 'tar+zstd'],
    'buildah-none': ['tar'],
    'buildah-zstd': ['tar+zstd'],
  });
  await isWhole(t, bed, await wake(t, bed, frozen, { to: 'node-b', images }));
}

/** Converts each archive with the options of its container, under the container's name as the tag. */
async function convertEach(bed: Bed, { archives }: Frozen, options: Readonly<Record<string, string>>) {
  const images = Object.entries(archives).map(async ([name, archive]) => {
    const to = `--to $REGISTRY/checkpoints:${name} --plain-http`;
    return [name, await bed.sh(`thaw convert ${archive} ${to} ${options[name] ?? ''}`)] as const;
  });
  return Object.fromEntries(await Promise.all(images));
}

/** The kinds of the layers that a tag names; OCI image specification 1.1.1, layer.md. */
async function layersOf(bed: Bed, tag: string): Promise<string[]> {
  const { layers } = JSON.parse(await bed.sh(`curl -sf http://$REGISTRY/v2/checkpoints/manifests/${tag}`));
  return layers.map(({ mediaType }: { mediaType: string }) => mediaType.replace(/.*\.v1\./, ''));
}

async function everyReference(t: ExecutionContext, bed: Bed): Promise<void> {
  const containers = Object.keys(REFERENCES).map((name) => ({ name }));
  const frozen = await freeze(bed, await setOut(t, bed, { name: 'references', containers }));
  const images = await convertEach(bed, frozen, {});
  const edit = ({ spec }: RestoredManifest) => {
    for (const container of spec.containers)
      container.image = REFERENCES[container.name]?.(container.image) ?? container.image;
  };
  const journey = await wake(t, bed, frozen, { to: 'node-b', images, edit });
  const used = await bed.sh(`kubectl get pod ${journey.pod} -o jsonpath='{.spec.containers[*].image}'`);
  const repository = 'checkpoint-registry\\.local/checkpoints';
  t.regex(used, new RegExp(`^${repository}:tag ${repository}@sha256:\\S+ ${repository}:both@sha256:\\S+$`));
  await isWhole(t, bed, journey);
}

async function foreignBase(t: ExecutionContext, bed: Bed): Promise<void> {
  const { reference, secret } = await serveBase(t, bed);
  const container = { name: 'web', image: { reference } };
  const plan = { name: 'private', containers: [container], spec: { imagePullSecrets: [{ name: secret }] } };
  const frozen = await freeze(bed, await setOut(t, bed, plan));
  const images = await convertEach(bed, frozen, {});
  const journey = await wake(t, bed, frozen, { to: 'node-b', images });
  const events = await bed.sh(`kubectl get events --field-selector involvedObject.name=${journey.pod},reason=Pulled`);
  t.regex(events, new RegExp(`Successfully pulled image "${reference.replace(/:\w+$/, '')}@sha256:`));
  await isWhole(t, bed, journey);
}
