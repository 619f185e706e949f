import test from 'ava';
import { restoredPod } from '../../../../../src/controller/migration/restored-pod/restored-pod.ts';
import {
  checkpoint,
  containerOf,
  decisionOn,
  podOf,
  referenceOf,
  request,
  specOf,
} from '../../../../helpers/restore.ts';

const prepare = { name: 'prepare', image: 'busybox', command: ['true'], startupProbe: {} };
const proxy = {
  name: 'proxy',
  image: 'proxy',
  restartPolicy: 'Always',
  startupProbe: {},
  ports: [{ containerPort: 1 }],
};

test('an init container is dropped, and the note says how to keep it', (t) => {
  const restored = restoredPod(request({ source: podOf({ initContainers: [prepare] }) }));
  t.false('initContainers' in specOf(restored));
  t.regex(decisionOn(restored, 'spec.initContainers[prepare]') ?? '', /^dropped: it ran once/);
  t.regex(restored.notes.join('\n'), /init container prepare is dropped: .*--init-containers keep/);
});

test('an init container is kept whole when asked for', (t) => {
  const restored = restoredPod(request({ source: podOf({ initContainers: [prepare] }), keepInitContainers: true }));
  t.deepEqual(specOf(restored)['initContainers'], [prepare]);
  t.regex(restored.notes.join('\n'), /init container prepare is kept: it starts anew/);
});

test('a sidecar with a checkpoint is restored as an ordinary container, behind the others', (t) => {
  const checkpoints = [checkpoint('proxy'), checkpoint('web')];
  const restored = restoredPod(request({ source: podOf({ initContainers: [prepare, proxy] }), checkpoints }));
  t.false('initContainers' in specOf(restored));
  t.like(specOf(restored)['containers'], [{ name: 'web' }, { name: 'proxy' }]);
  t.deepEqual(containerOf(restored, 'proxy'), {
    name: 'proxy',
    image: referenceOf('proxy'),
    imagePullPolicy: 'IfNotPresent',
    ports: [{ containerPort: 1 }],
  });
  t.regex(restored.notes.join('\n'), /sidecar proxy is restored as an ordinary container/);
});

test('a sidecar with a checkpoint is restored once, also when init containers are kept', (t) => {
  const checkpoints = [checkpoint('proxy'), checkpoint('web')];
  const source = podOf({ initContainers: [prepare, proxy] });
  const restored = restoredPod(request({ source, checkpoints, keepInitContainers: true }));
  t.deepEqual(specOf(restored)['initContainers'], [prepare]);
  t.is(containerOf(restored, 'proxy').image, referenceOf('proxy'));
});

test('a sidecar without a checkpoint starts anew when init containers are kept', (t) => {
  const restored = restoredPod(request({ source: podOf({ initContainers: [proxy] }), keepInitContainers: true }));
  t.deepEqual(specOf(restored)['initContainers'], [proxy]);
  t.like(specOf(restored)['containers'], [{ name: 'web' }]);
});

test('a kept init container loses the mount of the token that admission gave the source pod', (t) => {
  const token = { name: 'kube-api-access-7nj5h', mountPath: '/var/run/secrets/kubernetes.io/serviceaccount' };
  const data = { name: 'data', mountPath: '/data' };
  const source = podOf({
    initContainers: [{ ...prepare, volumeMounts: [data, token] }],
    volumes: [{ name: 'kube-api-access-7nj5h', projected: { sources: [] } }],
  });
  const restored = restoredPod(request({ source, keepInitContainers: true }));
  t.like(specOf(restored)['initContainers'], [{ name: 'prepare', volumeMounts: [data] }]);
});
