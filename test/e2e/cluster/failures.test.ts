import type { ExecutionContext } from 'ava';
import type { Bed } from '../../helpers/cluster/bed.ts';
import { ways } from '../../helpers/cluster/cluster-test.ts';
import { failsWith } from '../../helpers/cluster/failure.ts';
import {
  applyRestored,
  type Checkpoints,
  convertAll,
  type Frozen,
  freeze,
  type RestoredManifest,
  setOut,
} from '../../helpers/cluster/journey.ts';
import { switchRestoreOff } from '../../helpers/cluster/runtime-settings.ts';
import { serveBase } from '../../helpers/cluster/second-registry.ts';
import type { PodPlan } from '../../helpers/cluster/workload.ts';
import { fixturePath, temporaryFolder } from '../../helpers/fixtures.ts';
import { WORDS } from './failure-words.ts';

// What real nodes do wrong, and what the user sees of it: in the pod's state, in its events, and from `thaw explain`.

interface Source {
  readonly frozen: Frozen;
  readonly images: Checkpoints;
}

const VOLUME = { volumes: [{ name: 'data', emptyDir: {} }] };
const MOUNTS = { '/data': 'data' };
const PLAIN: PodPlan = { name: 'plain', containers: [{ name: 'web', mounts: MOUNTS }], spec: VOLUME };
const OPEN: PodPlan = {
  name: 'open',
  containers: [{ name: 'web', mounts: MOUNTS, flags: { volume: '/data/log' } }],
  spec: VOLUME,
};

/** Freezes a pod once for all tests of its bed; it goes with the bed. */
function once(plan: PodPlan): (bed: Bed) => Promise<Source> {
  const sources = new WeakMap<Bed, Promise<Source>>();
  const make = async (bed: Bed): Promise<Source> => {
    const frozen = await freeze(bed, await setOut({ teardown: () => {} }, bed, plan));
    return { frozen, images: await convertAll(bed, frozen) };
  };
  return (bed) => {
    const source = sources.get(bed) ?? make(bed);
    sources.set(bed, source);
    return source;
  };
}

const plain = once(PLAIN);
const open = once(OPEN);

type Edit = (pod: RestoredManifest, bed: Bed) => void;

/** Asks for a restored pod on node-b, with something wrong in its manifest. */
async function restore(t: ExecutionContext, bed: Bed, source: Source, name: string, edit: Edit = () => {}) {
  const { frozen, images } = source;
  await applyRestored(t, bed, frozen, { to: 'node-b', images, name, edit: (pod) => edit(pod, bed) });
}

const withoutMounts: Edit = ({ spec }) => {
  for (const container of spec.containers) container.volumeMounts = [];
};

const fromNowhere: Edit = ({ spec }, { settings }) => {
  for (const container of spec.containers)
    container.image = container.image.replace(settings.registryName, `${settings.host}:5999`);
};

const fromHostPath: Edit = ({ spec }) => {
  spec.volumes = spec.volumes.map((volume) =>
    volume.name === 'data' ? { name: 'data', hostPath: { path: '/srv/data' } } : volume,
  );
};

const withoutSecret: Edit = ({ spec }) => {
  spec.imagePullSecrets = [];
};

const withoutBase: Edit = ({ spec }) => {
  spec.volumes = spec.volumes.filter(({ image }) => image === undefined);
};

const handMade: Edit = ({ spec }, { settings }) => {
  for (const container of spec.containers) container.image = `${settings.registryName}/checkpoints:by-hand`;
};

/** containerd tells nothing of CRIU's log; the bed's nodes keep the last one. CRI-O quotes it. */
const CRIU_LOG = { containerd: 'cluster exec node-b cat /node/criu/restore.log', crio: undefined } as const;

/** What the other engine wrote. */
const FOREIGN = {
  containerd: { archive: 'crio/counter', volume: '' },
  crio: { archive: 'containerd/web', volume: '--volume /data=emptyDir' },
} as const;

for (const { runtime, test } of ways()) {
  const words = WORDS[runtime];

  test('a pod that lacks a mount of the checkpoint is not restored, and the path is named', async (t, bed) => {
    await restore(t, bed, await plain(bed), 'mountless', withoutMounts);
    await failsWith(t, bed, 'mountless', words.mountMissing);
  });

  test('a registry that no one serves is named', async (t, bed) => {
    await restore(t, bed, await plain(bed), 'nowhere', fromNowhere);
    await failsWith(t, bed, 'nowhere', words.registryUnreachable);
  });

  test(
    'an image that was made by hand, without the annotation, is told from one that is not restored',
    async (t, bed) => {
      const source = await plain(bed);
      const folder = await temporaryFolder(t);
      const buildah = `buildah --root ${folder}/graph --runroot ${folder}/run --storage-driver vfs`;
      await bed.sh(`c=$(${buildah} from scratch)
        ${buildah} add -q $c ${source.frozen.archives['web']} /
        ${buildah} commit -q --rm $c by-hand
        ${buildah} push -q --tls-verify=false by-hand docker://$REGISTRY/checkpoints:by-hand`);
      await restore(t, bed, source, 'by-hand', handMade);
      await failsWith(t, bed, 'by-hand', words.annotationMissing);
    },
    ['buildah'],
  );

  test('a file that was open in an emptyDir stays behind, and is named', async (t, bed) => {
    await restore(t, bed, await open(bed), 'left-behind');
    await failsWith(t, bed, 'left-behind', words.fileMissing, CRIU_LOG[runtime]);
  });

  test('an open file of a volume that has another size by now is named', async (t, bed) => {
    await bed.sh("cluster exec node-b sh -c 'mkdir -p /srv/data && echo 1 >/srv/data/log'");
    await restore(t, bed, await open(bed), 'resized', fromHostPath);
    await failsWith(t, bed, 'resized', words.fileChanged, CRIU_LOG[runtime]);
  });

  test(
    'a base image that needs a pull secret is asked for, with one missing and with no volume to pull it for',
    async (t, bed) => {
      const { reference, secret } = await serveBase(t, bed);
      const spec = { imagePullSecrets: [{ name: secret }] };
      const plan = { name: 'private', containers: [{ name: 'web', image: { reference } }], spec };
      const frozen = await freeze(bed, await setOut(t, bed, plan));
      const source = { frozen, images: await convertAll(bed, frozen) };
      await restore(t, bed, source, 'secretless', withoutSecret);
      await restore(t, bed, source, 'baseless', withoutBase);
      await failsWith(t, bed, 'secretless', words.baseForbidden);
      await failsWith(t, bed, 'baseless', words.baseNotBrought);
    },
    ['skopeo', 'openssl'],
  );

  test('an archive of another engine is not restored, and both engines are named', async (t, bed) => {
    const { archive, volume } = FOREIGN[runtime];
    const reference = await bed.sh(`thaw convert ${fixturePath(archive)} --to $REGISTRY/checkpoints --plain-http`);
    const options = `--plain-http --pull-from checkpoint-registry.local/checkpoints ${volume}`;
    t.teardown(() => bed.run('kubectl delete pod foreign --wait=false'));
    await bed.sh(`thaw pod ${reference} --node node-b --name foreign ${options} | kubectl apply -f -`);
    await failsWith(t, bed, 'foreign', words.otherEngine);
  });

  test('a node on which restore is switched off says so, and the setting is named', async (t, bed) => {
    await switchRestoreOff(t, bed, 'node-b');
    await restore(t, bed, await plain(bed), 'switched-off');
    await failsWith(t, bed, 'switched-off', words.switchedOff);
  });

  if (runtime === 'crio')
    test('a base image with neither Entrypoint nor Cmd is named as a reading of "no command"', async (t, bed) => {
      const containers = [{ name: 'web', image: 'counter:bare', command: ['/bin/counter'] }] as const;
      const frozen = await freeze(bed, await setOut(t, bed, { name: 'bare', containers }));
      await restore(t, bed, { frozen, images: await convertAll(bed, frozen) }, 'bare-restored');
      await failsWith(t, bed, 'bare-restored', {
        ...words.switchedOff,
        means: /The base image has neither ENTRYPOINT nor CMD/,
        change: /Run the source from a base image that has an ENTRYPOINT or CMD/,
      });
    });
}
