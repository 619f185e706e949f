import test from 'ava';
import { diagnose } from '../../../src/commands/explain/diagnose.ts';
import type { Diagnosis } from '../../../src/commands/explain/diagnosis.ts';
import { imageOf, TOKEN } from '../../checkpoint/failures/contexts.ts';
import { ended, failedPod, nodeOf, podEvent, startError, waiting } from '../../helpers/failed-pod.ts';

const OFF = 'checkpoint restore via CreateContainer is disabled by configuration';
const OPAQUE =
  'failed to restore containerd task: failed to create shim task: OCI runtime restore failed: criu failed: type NOTIFY errno 0\nlog file: /run/x/restore.log';

const unreadable = async (reference: string) => `the manifest of ${reference} could not be read: it is dark`;
const ask = (pod: object, more: object = {}, container?: string) =>
  diagnose({ pod, name: 'shop/web-0-restored', events: [], notes: [], ...more }, unreadable, container);
const found = ({ parts }: Diagnosis) =>
  parts.map(({ what, explanations }) => [what, ...explanations.map(({ id }) => id)]);

test('containers that run are well, and there is nothing to explain', async (t) => {
  const pod = failedPod([
    { name: 'web', state: { running: {} }, ready: true },
    { name: 'job', state: ended(0) },
  ]);
  const diagnosis = await ask(pod, { events: [podEvent('Failed', 'Error: it was not well earlier', 'web')] });
  t.is(diagnosis.verdict, 'healthy');
  t.deepEqual(found(diagnosis), [['container web'], ['container job']]);
});

test('a pod that is on its way has nothing to explain yet', async (t) => {
  for (const state of [waiting('ContainerCreating'), waiting('PodInitializing'), { running: {} }, undefined]) {
    const diagnosis = await ask(failedPod([{ name: 'web', ...(state === undefined ? {} : { state }) }]));
    t.is(diagnosis.verdict, 'starting', JSON.stringify(state));
  }
});

test('a pod on its way is told of what must fail', async (t) => {
  const pod = failedPod([{ name: 'web', state: waiting('ContainerCreating') }]);
  const diagnosis = await ask(pod, {
    node: nodeOf('containerd://2.3.7', { conditions: [{ type: 'Ready', status: 'Unknown' }] }),
  });
  t.is(diagnosis.verdict, 'failed');
  t.deepEqual(found(diagnosis), [['container web', 'node-not-ready']]);
});

test('each container is explained by itself, and what could not be read is noted once', async (t) => {
  const pod = failedPod([
    { name: 'web', state: waiting('CreateContainerError', OFF), image: 'r.local/a:1' },
    { name: 'web-sidecar', state: { running: {} }, ready: true },
    {
      name: 'cache',
      state: waiting('ErrImageNeverPull', 'Container image "r.local/a:1" is not present with pull policy of Never'),
      image: 'r.local/a:1',
    },
  ]);
  const diagnosis = await ask(pod, { notes: ['the node could not be read'] });
  t.is(diagnosis.verdict, 'failed');
  t.deepEqual(found(diagnosis), [
    ['container web', 'containerd-restore-off'],
    ['container web-sidecar'],
    ['container cache', 'never-pull'],
  ]);
  t.deepEqual(diagnosis.notes, [
    'the node could not be read',
    'the manifest of r.local/a:1 could not be read: it is dark',
  ]);
});

test('events count for the container that they name, in its exact spelling', async (t) => {
  const pod = failedPod([
    { name: 'web', state: waiting('CreateContainerError') },
    { name: 'web-sidecar', state: waiting('CreateContainerError') },
  ]);
  const diagnosis = await ask(pod, { events: [podEvent('Failed', `Error: ${OFF}`, 'web-sidecar')] });
  t.deepEqual(found(diagnosis), [['container web'], ['container web-sidecar', 'containerd-restore-off']]);
});

test('an opaque failure is explained by image, pod and node together', async (t) => {
  const pod = failedPod([{ name: 'web', state: startError(OPAQUE) }]);
  const diagnosis = await diagnose(
    { pod, name: 'shop/web-0-restored', events: [], node: nodeOf('containerd://2.3.7'), notes: [] },
    async () => imageOf(),
  );
  t.deepEqual(found(diagnosis), [['container web', 'mount-missing', 'base-image-not-brought']]);
  t.deepEqual(diagnosis.parts[0]?.explanations[0]?.facts, { paths: `/data, ${TOKEN}` });
  t.is(diagnosis.parts[0]?.state, 'it never started: StartError');
});

test("CRIU's log is of the one container that failed", async (t) => {
  const pod = failedPod([
    { name: 'web', state: startError(OPAQUE) },
    { name: 'b', state: { running: {} }, ready: true },
  ]);
  const log = "(00.02) 1: Error: Can't open file data/log on restore: No such file or directory";
  t.deepEqual(found(await ask(pod, { log })), [['container web', 'criu-file-missing'], ['container b']]);
  const two = failedPod([
    { name: 'web', state: startError(OPAQUE) },
    { name: 'b', state: startError(OPAQUE) },
  ]);
  t.deepEqual(found(await ask(two, { log })), [
    ['container web', 'criu-restore-failed'],
    ['container b', 'criu-restore-failed'],
    ['log', 'criu-file-missing'],
  ]);
  t.deepEqual(found(await ask(two, { log }, 'b')), [['container b', 'criu-file-missing']]);
});

test('a text that nobody knows is kept, and so is that nobody has said why', async (t) => {
  const known = await ask(failedPod([{ name: 'web', state: waiting('Odd', 'the moon is full') }]));
  t.deepEqual(known.parts[0]?.unexplained, [{ origin: 'status', reason: 'Odd', text: 'the moon is full' }]);
  t.is(known.verdict, 'failed');
  const silent = await ask(failedPod([{ name: 'web', state: waiting('CreateContainerError') }]));
  t.deepEqual([silent.verdict, silent.parts[0]?.unexplained], ['failed', []]);
});

test('a program that ran and ended is no failed restore', async (t) => {
  const diagnosis = await ask(failedPod([{ name: 'web', state: ended(7) }]));
  t.deepEqual(
    [diagnosis.verdict, diagnosis.parts[0]?.state, diagnosis.parts[0]?.ended],
    ['failed', 'its program ended with exit code 7', 'web'],
  );
});

test('the last state counts of a container that waits to be started again', async (t) => {
  const message = 'back-off 10s restarting failed container=web pod=web-0-restored_shop(u)';
  const again = {
    name: 'web',
    state: waiting('CrashLoopBackOff', message),
    lastState: startError('container with given ID already exists'),
    restartCount: 2,
  };
  const diagnosis = await ask(failedPod([again]));
  t.deepEqual(found(diagnosis), [['container web', 'already-exists']]);
  t.is(diagnosis.parts[0]?.state, 'waiting: CrashLoopBackOff, started again 2 times');
});

test('a container that runs again is well, with the advice that it was restored twice', async (t) => {
  const pod = failedPod([{ name: 'web', state: { running: {} }, ready: true, restartCount: 1 }], {
    restartPolicy: 'Always',
  });
  const diagnosis = await diagnose({ pod, name: 'shop/web-0-restored', events: [], notes: [] }, async () => imageOf());
  t.is(diagnosis.verdict, 'healthy');
  t.true(diagnosis.parts[0]?.explanations.some(({ id }) => id === 'restart-policy'));
});

test('volumes, the sandbox and the scheduler speak of the pod as a whole', async (t) => {
  const pod = failedPod([{ name: 'web', state: waiting('ContainerCreating') }]);
  const volume = podEvent(
    'FailedMount',
    'MountVolume.SetUp failed for volume "settings" : configmap "settings" not found',
  );
  t.deepEqual(found(await ask(pod, { events: [volume] })), [['container web'], ['pod', 'volume-not-mounted']]);
  const rejected = failedPod(
    [{ name: 'web' }],
    {},
    { phase: 'Failed', reason: 'NodeAffinity', message: 'Pod was rejected' },
  );
  const diagnosis = await ask(rejected);
  t.deepEqual(diagnosis.parts.at(-1)?.unexplained, [
    { origin: 'status', reason: 'NodeAffinity', text: 'Pod was rejected' },
  ]);
});

test('a pod that its ReplicaSet deleted is told by the events that remain', async (t) => {
  const event = {
    reason: 'SuccessfulDelete',
    type: 'Normal',
    message: 'Deleted pod: web-0-restored',
    involvedObject: { kind: 'ReplicaSet' },
  };
  const diagnosis = await diagnose({ name: 'shop/web-0-restored', events: [event], notes: [] }, unreadable);
  t.is(diagnosis.verdict, 'gone');
  t.deepEqual(found(diagnosis), [['pod', 'deleted-by-owner']]);
});
