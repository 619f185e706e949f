import type { ExecutionContext } from 'ava';
import { workloadSum } from '../../../scripts/cluster/workload-sum.ts';
import { explainFailure } from '../../../src/checkpoint/failures/explain.ts';
import { MANIFEST } from '../../../src/oci/media-types.ts';
import { fixturePath } from '../../helpers/fixtures.ts';
import { peerTest } from '../../helpers/peer.ts';
import { PODMAN_PEERS, type Podman, startPodman } from '../../helpers/podman.ts';
import { COUNTER, convert, LOCAL, startPodmanBed } from '../../helpers/podman-bed.ts';
import { freeze, goesOn, pushCounter, wake } from '../../helpers/podman-counter.ts';
import { serving } from '../../helpers/serving.ts';
import { thaw } from '../../helpers/thaw.ts';

// Restores that Podman refuses, in what words, and what we make of them; and what we refuse ourselves.

const SUM = workloadSum(1, '1');

/** `podman container restore`, which fails; gives the id of the failure that we take its words for. */
async function refused(t: ExecutionContext, podman: Podman, image: string): Promise<string | undefined> {
  const { exitCode, stderr } = await podman.try('container', 'restore', image);
  t.is(exitCode, 125, stderr);
  return explainFailure([{ origin: 'status', text: stderr }], {})[0]?.id;
}

peerTest(
  PODMAN_PEERS,
  "Podman says which images it does not restore: not pulled, not annotated, another engine's",
  async (t) => {
    const registry = new URL((await serving(t)).url).host;
    const podman = await startPodman(t, { registries: { [LOCAL]: registry } });
    // What the other engines' archives call their base image.
    await pushCounter(podman, `${registry}/base:1`);
    const [cri, containerd, own] = [
      await convert(fixturePath('crio-1.37/web'), { registry }, 'cri-o'),
      await convert(fixturePath('containerd/web'), { registry }, 'containerd'),
      await convert(fixturePath('podman/counter'), { registry }, 'podman'),
    ];
    t.is(await refused(t, podman, own), 'podman-not-pulled');
    for (const image of [cri, containerd]) {
      await podman.ok('pull', '--quiet', image);
      t.is(await refused(t, podman, image), 'podman-other-engine');
    }
    const bare = await withoutAnnotations(registry, own);
    await podman.ok('pull', '--quiet', bare);
    t.is(await refused(t, podman, bare), 'podman-not-a-checkpoint');
  },
);

/** Pushes an image's manifest again, under a tag of its own, without what makes it a checkpoint image. */
async function withoutAnnotations(registry: string, image: string): Promise<string> {
  const url = `http://${registry}/v2/checkpoints/manifests/`;
  const headers = { Accept: MANIFEST, 'Content-Type': MANIFEST };
  const manifest = (await (await fetch(url + image.split('@')[1], { headers })).json()) as Record<string, unknown>;
  const body = JSON.stringify({ ...manifest, annotations: undefined });
  const { status } = await fetch(`${url}bare`, { method: 'PUT', headers, body });
  if (status !== 201) throw new Error(`the registry answered ${status}`);
  return `${LOCAL}/checkpoints:bare`;
}

peerTest(
  PODMAN_PEERS,
  'thaw pod refuses a checkpoint of Podman, and the commands that it names instead restore it',
  async (t) => {
    const bed = await startPodmanBed(t);
    const { archive, log } = await freeze(bed.source, { name: 'small', image: COUNTER });
    await convert(archive, bed, 'small');
    const said = await thaw(['pod', `${bed.registry}/checkpoints:small`, '--json']);
    t.is(said.exitCode, 9);
    const { error } = JSON.parse(said.stderr || said.stdout);
    t.is(error.code, 'ENGINE_UNFIT');
    t.like(error.facts, { engine: 'podman', container: 'small' });
    const commands = /podman pull (\S+) && podman container restore (\S+)$/.exec(error.next) ?? [];
    t.is(commands[1], commands[2]);
    goesOn(t, [log, await wake(bed.target, `${commands[1]}`, 'small')], SUM);
  },
);

peerTest(PODMAN_PEERS, 'Podman wants the very base image and no volume of the same name', async (t) => {
  const bed = await startPodmanBed(t);
  const run = ['--volume=numbers:/data'];
  const { archive, log } = await freeze(bed.source, { name: 'small', image: COUNTER, run });
  const base = (await bed.source.ok('image', 'inspect', '--format={{.Digest}}', COUNTER)).trim();
  const image = await convert(archive, bed, 'small');
  await bed.target.ok('pull', '--quiet', image);

  // The base image's tag moves, and the target has the newer one.
  await pushCounter(bed.source, `${bed.registry}/counter:1`, 'LABEL moved=yes');
  await bed.target.ok('pull', '--quiet', COUNTER);
  await refused(t, bed.target, image);
  const { stderr } = await bed.target.try('container', 'restore', image);
  t.regex(stderr, /locating image with ID "[0-9a-f]{64}": image not known/);

  await bed.target.ok('pull', '--quiet', `${LOCAL}/counter@${base}`);
  await bed.target.ok('volume', 'create', 'numbers');
  t.is(await refused(t, bed.target, image), 'podman-volume-exists');
  await bed.target.ok('volume', 'rm', 'numbers');
  goesOn(t, [log, await wake(bed.target, image, 'small')], SUM);
});

peerTest(
  PODMAN_PEERS,
  'an image that Podman itself made of a checkpoint is not ours, and we say whose it is',
  async (t) => {
    const bed = await startPodmanBed(t);
    await freeze(bed.source, { name: 'own', image: COUNTER, checkpoint: ['--leave-running'] });
    const image = `${bed.registry}/own:1`;
    await bed.source.ok('container', 'checkpoint', `--create-image=${image}`, 'own');
    await bed.source.ok('push', '--quiet', '--tls-verify=false', image);
    for (const command of ['inspect', 'pod']) {
      const { exitCode, stderr } = await thaw([command, image]);
      t.is(exitCode, 3, command);
      t.regex(stderr, /IMAGE_NOT_CHECKPOINT: .*another program made it, for Podman/);
      t.regex(stderr, /Let Podman restore it, or convert the archive/);
    }
    t.is((await wake(bed.target, `${LOCAL}/own:1`, 'own')).starts.length, 0);
  },
);
