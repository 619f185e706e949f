import test from 'ava';
import { nodeContext, podContext } from '../../../src/kube/failure/context.ts';
import { failedPod, nodeOf } from '../../helpers/failed-pod.ts';

const TOKEN = '/var/run/secrets/kubernetes.io/serviceaccount';

test('a node tells its engine, its architecture, its handlers, and whether it is ready', (t) => {
  t.deepEqual(nodeContext(nodeOf('cri-o://1.37.0', { conditions: [{ type: 'Ready', status: 'False' }] })), {
    name: 'node-b',
    ready: false,
    engine: { name: 'cri-o', version: '1.37.0' },
    architecture: 'amd64',
    handlers: ['', 'runc'],
  });
  t.deepEqual(nodeContext(undefined), {});
  t.deepEqual(nodeContext({ status: { nodeInfo: { containerRuntimeVersion: 7 }, runtimeHandlers: 'no' } }), {});
});

test('by method image the checkpoint is the image of the container', (t) => {
  const pod = failedPod([{ name: 'web', image: 'r.local/a:1' }], {
    containers: [
      { name: 'web', image: 'r.local/a:1', args: ['x'], volumeMounts: [{ name: 'data', mountPath: '/data' }] },
    ],
    volumes: [
      { name: 'thaw-base-0', image: { reference: 'r.local/base@sha256:0' } },
      { name: 'data', emptyDir: {} },
    ],
  });
  t.deepEqual(podContext(pod, 'web', 7), {
    reference: 'r.local/a:1',
    pod: {
      method: 'image',
      mounts: ['/data', '/dev/termination-log'],
      command: true,
      restartPolicy: 'Never',
      volumeImages: ['r.local/base@sha256:0'],
      exitCode: 7,
    },
  });
});

test('by method runtime the checkpoint is the image volume at its path', (t) => {
  const pod = failedPod([{ name: 'web' }], {
    runtimeClassName: 'thaw',
    containers: [
      { name: 'web', image: 'r.local/base', volumeMounts: [{ name: 'frozen', mountPath: '/.thaw/checkpoint' }] },
    ],
    volumes: [{ name: 'frozen', image: { reference: 'r.local/ck:1' } }],
  });
  const { reference, pod: known } = podContext(pod, 'web');
  t.deepEqual([reference, known.method, known.runtimeClass], ['r.local/ck:1', 'runtime', 'thaw']);
});

test('a pod that no API server has seen will get a token, unless it says no', (t) => {
  const byHand = { spec: { containers: [{ name: 'web' }] } };
  t.true(podContext(byHand, 'web').pod.mounts.includes(TOKEN));
  const without = { spec: { ...byHand.spec, automountServiceAccountToken: false } };
  t.false(podContext(without, 'web').pod.mounts.includes(TOKEN));
  t.false(podContext(failedPod([{ name: 'web' }]), 'web').pod.mounts.includes(TOKEN));
});

test('a termination log elsewhere is mounted there', (t) => {
  const pod = failedPod([{ name: 'web' }], { containers: [{ name: 'web', terminationMessagePath: '/tmp/end' }] });
  t.deepEqual(podContext(pod, 'web').pod.mounts, ['/tmp/end']);
});
