import test from 'ava';
import type { EngineName } from '../../../../../src/checkpoint/metadata.ts';
import { restoredPod } from '../../../../../src/controller/migration/restored-pod/restored-pod.ts';
import { checkpoint, containerOf, podWithContainer, referenceOf, request } from '../../../../helpers/restore.ts';
import { throwsCode } from '../../../../helpers/throws.ts';

const madeBy = (container: string, name: EngineName) => checkpoint(container, { engine: { name } });

test('for a checkpoint of CRI-O the note names the settings of old and new releases, and the sign that they are off', (t) => {
  const { notes } = restoredPod(request());
  t.regex(
    notes[0] ?? '',
    /^the target node must be amd64 and run CRI-O .*container_level_enabled = "checkpoint_restore"/,
  );
  t.regex(notes[0] ?? '', /enable_criu_support = true.*no command specified/);
});

test('for a checkpoint of containerd the note names the releases that restore, and their setting', (t) => {
  const { notes } = restoredPod(request({ checkpoints: [madeBy('web', 'containerd')] }));
  t.regex(notes[0] ?? '', /run containerd 2\.1 to 2\.3 with enable_experimental_restore_via_create = true .*2\.4/);
});

test('one note is enough for the checkpoints of one engine', (t) => {
  const { notes } = restoredPod(request({ checkpoints: [checkpoint('web'), checkpoint('cache')] }));
  t.is(notes.filter((note) => note.startsWith('the target node must')).length, 1);
});

test("Podman's checkpoints are refused: no Kubernetes node restores them", async (t) => {
  const checkpoints = [madeBy('web', 'podman')];
  const error = await throwsCode(t, 'ENGINE_UNFIT', () => restoredPod(request({ checkpoints })));
  const image = referenceOf('web');
  t.is(error?.next, `restore it where Podman is: podman pull ${image} && podman container restore ${image}`);
});

test('checkpoints of two engines are refused: no node has both', async (t) => {
  const checkpoints = [madeBy('web', 'cri-o'), madeBy('cache', 'containerd')];
  const error = await throwsCode(t, 'ENGINE_UNFIT', () => restoredPod(request({ checkpoints })));
  t.deepEqual(error?.facts, { engines: ['cri-o', 'containerd'] });
});

test('where the source has a command, containerd gets one that is in no image: its base image may have none', (t) => {
  const source = podWithContainer({ command: ['/bin/web'], args: ['--listen'] });
  const restored = restoredPod(request({ source, checkpoints: [madeBy('web', 'containerd')] }));
  t.like(containerOf(restored, 'web'), { command: ['/.thaw/restore-only'] });
  t.false('args' in containerOf(restored, 'web'));
});

test('where the source has no command, its base image has a program, and containerd gets no command', (t) => {
  const source = podWithContainer({ args: ['--listen'] });
  const restored = restoredPod(request({ source, checkpoints: [madeBy('web', 'containerd')] }));
  t.deepEqual(Object.keys(containerOf(restored, 'web')), ['name', 'image', 'imagePullPolicy']);
});
