import test from 'ava';
import type { RestoreRequest } from '../../../../../src/controller/migration/restored-pod/request.ts';
import { type RestoredPod, restoredPod } from '../../../../../src/controller/migration/restored-pod/restored-pod.ts';
import { type Fields, fieldsOf, itemsOf } from '../../../../../src/kube/fields.ts';
import {
  BASE,
  checkpoint,
  containerOf,
  decisionOn,
  podNamed,
  podOf,
  podWithContainer,
  referenceOf,
  request,
  specOf,
} from '../../../../helpers/restore.ts';
import { throwsCode } from '../../../../helpers/throws.ts';

const restoredBy = (changes: Partial<RestoreRequest> = {}): RestoredPod =>
  restoredPod(request({ method: 'runtime', ...changes }));

test('the base image is the image, the checkpoint a volume, and the command one that only a restore survives', (t) => {
  const restored = restoredBy({ source: podWithContainer({ image: 'web:1', command: ['/bin/web'], args: ['-v'] }) });
  t.like(specOf(restored), { runtimeClassName: 'thaw', restartPolicy: 'Never' });
  t.deepEqual(containerOf(restored, 'web'), {
    name: 'web',
    image: BASE,
    command: ['/.thaw/restore-only'],
    imagePullPolicy: 'IfNotPresent',
    volumeMounts: [{ name: 'thaw-checkpoint-0', mountPath: '/.thaw/checkpoint' }],
  });
  t.deepEqual(specOf(restored)['volumes'], [
    { name: 'thaw-checkpoint-0', image: { reference: referenceOf('web'), pullPolicy: 'IfNotPresent' } },
  ]);
});

test('each container gets its own checkpoint, beside its own mounts', (t) => {
  const web = { name: 'web', volumeMounts: [{ name: 'data', mountPath: '/data' }] };
  const source = podOf({ containers: [web, { name: 'cache' }], volumes: [{ name: 'data', emptyDir: {} }] });
  const restored = restoredBy({ source, checkpoints: [checkpoint('web'), checkpoint('cache')] });
  t.deepEqual(mountsOf(containerOf(restored, 'web')), ['data /data', 'thaw-checkpoint-0 /.thaw/checkpoint']);
  t.deepEqual(mountsOf(containerOf(restored, 'cache')), ['thaw-checkpoint-1 /.thaw/checkpoint']);
  const references = itemsOf(specOf(restored)['volumes']).map(
    (volume) => fieldsOf(fieldsOf(volume)['image'])['reference'],
  );
  t.deepEqual(references, [undefined, referenceOf('web'), referenceOf('cache')]);
});

test('a volume of the pod that has the name already keeps it', (t) => {
  const source = podOf({ volumes: [{ name: 'thaw-checkpoint-0', emptyDir: {} }] });
  t.deepEqual(mountsOf(containerOf(restoredBy({ source }), 'web')), ['thaw-checkpoint-1 /.thaw/checkpoint']);
});

for (const name of ['web-0', 'by-hand'] as const) {
  test(`what a second hop makes of ${name} is what the first made, but for the checkpoints`, (t) => {
    const source = podNamed(name);
    const names = [...(source.spec?.containers ?? [])].map((container) => container.name);
    const { namespace = 'default', uid = '', name: pod = '' } = source.metadata ?? {};
    const checkpoints = names.map((container) => checkpoint(container, { pod: { name: pod, namespace, uid } }));
    const first = restoredBy({ source, checkpoints, restart: 'cold', name: 'hop' });
    const moved = checkpoints.map((each) => ({ ...each, pod: { name: 'hop', namespace, uid: 'next' } }));
    const second = restoredBy({ source: first.pod, checkpoints: moved, restart: 'cold', name: 'hop' });
    t.deepEqual(second.pod.spec, first.pod.spec);
  });
}

test('nothing is said of a start that may not be: the environment stays as it is', (t) => {
  const env = [{ name: 'COLOUR', value: 'blue' }];
  const restored = restoredBy({ source: podWithContainer({ env }) });
  t.deepEqual(containerOf(restored, 'web')['env'], env);
  t.regex(decisionOn(restored, 'spec.containers[web].env') ?? '', /^kept: /);
});

test('what an earlier restore said of a second start does not outlive it', (t) => {
  const env = [{ name: 'THAW_RESTART', value: 'again' }];
  t.false('env' in containerOf(restoredBy({ source: podWithContainer({ env }) }), 'web'));
});

const variables = test.macro({
  exec(t, container: Fields, restart: 'cold' | 'again', expected: readonly unknown[]) {
    const restored = restoredBy({ source: podWithContainer(container), restart });
    t.deepEqual(containerOf(restored, 'web')['env'], expected);
  },
  title: (name = '') => `the container's environment tells the runtime ${name}`,
});

const COLD = { name: 'THAW_RESTART', value: 'cold' };
const COLOUR = { name: 'COLOUR', value: 'blue' };
const command = (text: string) => ({ name: 'THAW_COMMAND', value: text });

test('how a container starts once more, behind its own variables', variables, { env: [COLOUR] }, 'cold', [
  COLOUR,
  COLD,
]);
test('the program and its arguments', variables, { command: ['sh', '-c'], args: ['exit "$(A)"'] }, 'cold', [
  COLD,
  command('["sh","-c","exit \\"$(A)\\""]'),
]);
test('nothing of the program where its image has it', variables, { args: ['-v'] }, 'cold', [COLD]);
test('nothing of the program where it is restored again', variables, { command: ['sh'] }, 'again', [
  { name: 'THAW_RESTART', value: 'again' },
]);

test('a container that may start again keeps the restart policy, and for a cold start the startup probe', (t) => {
  const startupProbe = { exec: { command: ['true'] } };
  const source = podOf({ restartPolicy: 'Always', containers: [{ name: 'web', startupProbe }] });
  const restored = { fail: restoredBy({ source }), cold: restoredBy({ source, restart: 'cold' }) };
  t.is(specOf(restored.fail)['restartPolicy'], 'Never');
  t.false('startupProbe' in containerOf(restored.fail, 'web'));
  t.is(specOf(restored.cold)['restartPolicy'], 'Always');
  t.deepEqual(containerOf(restored.cold, 'web')['startupProbe'], startupProbe);
  t.is(specOf(restoredBy({ source, restart: 'again' }))['restartPolicy'], 'Always');
});

test("checkpoints of all engines are fit, Podman's too, and the notes say what node and cluster must have", (t) => {
  const engines = ['cri-o', 'containerd', 'podman'] as const;
  const checkpoints = engines.map((name) => checkpoint(name, { engine: { name } }));
  const { notes } = restoredBy({ checkpoints });
  t.regex(notes[0] ?? '', /^the target node must be amd64 and have the runtime thaw .*RuntimeClass thaw$/);
  t.is(notes.filter((note) => note.includes('image volumes')).length, 1);
});

test('a RuntimeClass of the source pod is replaced, and said so', (t) => {
  const { notes } = restoredBy({ source: podOf({ runtimeClassName: 'gvisor' }) });
  t.true(notes.includes('the RuntimeClass gvisor is replaced: thaw restores with runc only'));
});

test('a base image that nothing tells is an error, and the status of the pod tells it', async (t) => {
  const checkpoints = [checkpoint('web', { baseImage: { name: 'web:1' } })];
  const error = await throwsCode(t, 'BASE_IMAGE_UNKNOWN', () => restoredBy({ checkpoints }));
  t.deepEqual(error?.facts, { container: 'web', image: 'web:1' });
  const pod = podOf({}, { uid: '7d3f0a52-9d8e-4b43-8e6b-51b6f3a0c111' });
  const source = { ...pod, status: { containerStatuses: [{ name: 'web', imageID: BASE }] } };
  t.is(containerOf(restoredBy({ source, checkpoints }), 'web')['image'], BASE);
});

test('by method image nothing starts again, and asking for it is an error', async (t) => {
  const error = await throwsCode(t, 'USAGE', () => restoredPod(request({ restart: 'cold' })));
  t.regex(error?.message ?? '', /--restart cold is for --method runtime/);
});

function mountsOf(container: Fields): string[] {
  return itemsOf(container['volumeMounts'])
    .map(fieldsOf)
    .map(({ name, mountPath }) => `${name} ${mountPath}`);
}
