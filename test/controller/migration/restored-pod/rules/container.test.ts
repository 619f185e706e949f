import test from 'ava';
import { restoredPod } from '../../../../../src/controller/migration/restored-pod/restored-pod.ts';
import { containerOf, decisionOn, podWithContainer, referenceOf, request } from '../../../../helpers/restore.ts';

const KEPT: Readonly<Record<string, unknown>> = {
  env: [{ name: 'DEBUG', value: 'on' }],
  envFrom: [{ configMapRef: { name: 'settings' } }],
  livenessProbe: { httpGet: { path: '/', port: 80 } },
  ports: [{ containerPort: 80 }],
  readinessProbe: { httpGet: { path: '/', port: 80 } },
  resizePolicy: [{ resourceName: 'cpu', restartPolicy: 'NotRequired' }],
  resources: { requests: { cpu: '1' } },
  securityContext: { capabilities: { drop: ['ALL'] } },
  stdin: true,
  stdinOnce: true,
  terminationMessagePath: '/tmp/why',
  terminationMessagePolicy: 'File',
  tty: false,
  volumeDevices: [{ name: 'disk', devicePath: '/dev/xvda' }],
  volumeMounts: [{ name: 'data', mountPath: '/data', subPath: 'web' }],
  workingDir: '/srv',
};

const DROPPED: Readonly<Record<string, unknown>> = {
  args: ['--listen'],
  command: ['/bin/web'],
  restartPolicy: 'OnFailure',
  restartPolicyRules: [{ action: 'Restart' }],
  startupProbe: { tcpSocket: { port: 80 } },
};

for (const [field, value] of Object.entries(KEPT)) {
  test(`${field} of a container is kept as it is`, (t) => {
    const restored = restoredPod(request({ source: podWithContainer({ [field]: value }) }));
    t.deepEqual(containerOf(restored, 'web')[field], value);
  });
}

for (const [field, value] of Object.entries(DROPPED)) {
  test(`${field} of a container is dropped`, (t) => {
    const restored = restoredPod(request({ source: podWithContainer({ [field]: value }) }));
    t.false(field in containerOf(restored, 'web'));
    t.regex(decisionOn(restored, `spec.containers[web].${field}`) ?? '', /^dropped: /);
  });
}

test('image and pull policy are set to the checkpoint image by digest, pulled once', (t) => {
  const source = podWithContainer({ image: 'nginx:1.27', imagePullPolicy: 'Always' });
  const container = containerOf(restoredPod(request({ source })), 'web');
  t.is(container.image, referenceOf('web'));
  t.is(container.imagePullPolicy, 'IfNotPresent');
});

test('of the hooks, postStart goes while preStop and the stop signal stay', (t) => {
  const lifecycle = { postStart: { exec: {} }, preStop: { sleep: { seconds: 5 } }, stopSignal: 'SIGUSR1' };
  const restored = restoredPod(request({ source: podWithContainer({ lifecycle }) }));
  t.deepEqual(containerOf(restored, 'web')['lifecycle'], {
    preStop: { sleep: { seconds: 5 } },
    stopSignal: 'SIGUSR1',
  });
  t.regex(decisionOn(restored, 'spec.containers[web].lifecycle.postStart') ?? '', /^dropped: /);
});

test('a lifecycle that held only postStart goes as a whole', (t) => {
  const restored = restoredPod(request({ source: podWithContainer({ lifecycle: { postStart: { exec: {} } } }) }));
  t.false('lifecycle' in containerOf(restored, 'web'));
});

test('a field of a container that thaw does not know is dropped, and said so', (t) => {
  const restored = restoredPod(request({ source: podWithContainer({ warp: 9 }) }));
  t.false('warp' in containerOf(restored, 'web'));
  t.true(restored.notes.includes('spec.containers[web].warp is dropped: thaw does not know this field'));
});

test('a container starts with its name, then its image', (t) => {
  const restored = restoredPod(request({ source: podWithContainer({ env: [], image: 'x' }) }));
  t.deepEqual(Object.keys(containerOf(restored, 'web')), ['name', 'image', 'imagePullPolicy', 'env']);
});
