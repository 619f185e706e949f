import test from 'ava';
import type { RestoreCheckpoint } from '../../../../src/controller/migration/restored-pod/checkpoint.ts';
import { restoredPod } from '../../../../src/controller/migration/restored-pod/restored-pod.ts';
import { itemsOf } from '../../../../src/kube/fields.ts';
import type { Pod } from '../../../../src/kube/pod.ts';
import { BASE, checkpoint, containerOf, podOf, request, specOf } from '../../../helpers/restore.ts';

const UID = '7d3f0a52-9d8e-4b43-8e6b-51b6f3a0c111';
const OTHER = `docker.io/library/redis@sha256:${'bc'.repeat(32)}`;
const withoutDigest = (container: string) => checkpoint(container, { baseImage: { name: 'bb:2' } });
const image = (name: string, reference: string) => ({ name, image: { reference, pullPolicy: 'IfNotPresent' } });

function restore(checkpoints: readonly RestoreCheckpoint[], source?: Pod) {
  const restored = restoredPod(request({ checkpoints, ...(source === undefined ? {} : { source }) }));
  return { restored, volumes: itemsOf(specOf(restored)['volumes']), notes: restored.notes.join('\n') };
}

function podWithStatus(imageID: string, uid: string): Pod {
  return { ...podOf({}, { uid }), status: { containerStatuses: [{ name: 'web', imageID }] } };
}

test('each base image is one volume, mounted nowhere', (t) => {
  const redis = { name: 'redis:8', repoDigest: OTHER };
  const checkpoints = [checkpoint('web'), checkpoint('cache', { baseImage: redis }), checkpoint('web-sidecar')];
  const { restored, volumes } = restore(checkpoints);
  t.deepEqual(volumes, [image('thaw-base-0', BASE), image('thaw-base-1', OTHER)]);
  for (const name of ['web', 'cache', 'web-sidecar']) t.false('volumeMounts' in containerOf(restored, name));
  t.regex(restored.decisions.at(-2)?.reason ?? '', /pulls the base image of web, web-sidecar /);
});

test('what the archive does not tell, the status of the checkpointed pod does', (t) => {
  for (const imageID of [OTHER, `docker-pullable://${OTHER}`]) {
    const { volumes, notes } = restore([withoutDigest('web')], podWithStatus(imageID, UID));
    t.deepEqual(volumes, [image('thaw-base-0', OTHER)]);
    t.notRegex(notes, /nothing tells the digest/);
  }
});

test('what the archive tells counts more than the status', (t) => {
  t.deepEqual(restore([checkpoint('web')], podWithStatus(OTHER, UID)).volumes, [image('thaw-base-0', BASE)]);
});

test('the status of another pod of the same name tells nothing, nor does an image ID without a repository', (t) => {
  for (const source of [podWithStatus(OTHER, 'later'), podWithStatus(`sha256:${'bc'.repeat(32)}`, UID)]) {
    const { volumes, notes } = restore([withoutDigest('web')], source);
    t.deepEqual(volumes, []);
    t.regex(notes, /nothing tells the digest of bb:2, the base image of container web/);
    t.notRegex(notes, /image volumes/);
  }
});

test('the status of a sidecar tells its base image', (t) => {
  const source: Pod = {
    ...podOf({ initContainers: [{ name: 'proxy', restartPolicy: 'Always' }] }, { uid: UID }),
    status: { initContainerStatuses: [{ name: 'proxy', imageID: OTHER }] },
  };
  const { volumes } = restore([checkpoint('web'), withoutDigest('proxy')], source);
  t.deepEqual(volumes, [image('thaw-base-0', BASE), image('thaw-base-1', OTHER)]);
});
