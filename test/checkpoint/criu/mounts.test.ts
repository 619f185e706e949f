import test from 'ava';
import { FILE_SYSTEMS, type FrozenMount, readMounts } from '../../../src/checkpoint/criu/mounts.ts';
import { loadArchive } from '../../helpers/checkpoint-files.ts';
import { criuImage, message } from '../../helpers/criu-image.ts';
import { type FixtureName, fixturePath } from '../../helpers/fixtures.ts';
import { throwsCode } from '../../helpers/throws.ts';

async function mountsOf(archive: FixtureName): Promise<ReadonlyMap<string, FrozenMount>> {
  const files = await loadArchive(fixturePath(archive));
  const name = files.members.find((member) => member.name.includes('mountpoints'))?.name ?? '';
  const mounts = readMounts(name, (await files.read(name)) ?? Buffer.of());
  return new Map(mounts.map((mount) => [mount.path, mount]));
}

for (const archive of ['containerd/web', 'crio-1.37/web'] as const) {
  test(`the mounts of ${archive} are the pod's by their names, and the kernel's`, async (t) => {
    const mounts = await mountsOf(archive);
    t.like(mounts.get('/data'), { external: '/data', readOnly: false, plugin: false });
    t.like(mounts.get('/var/run/secrets/kubernetes.io/serviceaccount'), { readOnly: true });
    t.like(mounts.get('/proc'), { fileSystem: FILE_SYSTEMS.proc, root: '/', external: undefined });
    t.like(mounts.get('/proc/sys'), { fileSystem: FILE_SYSTEMS.proc, root: '/sys', readOnly: true });
    t.like(mounts.get('/'), { fileSystem: FILE_SYSTEMS.overlay, readOnly: false });
  });
}

const text = (value: string): Buffer => Buffer.from(value);

test("older CRIUs have an external mount's name in place of its root", (t) => {
  const mount = message([1, 5], [5, 1], [6, text('/key')], [7, text('/x')], [13, 1]);
  t.deepEqual(readMounts('m', criuImage('mountpoints', mount)), [
    { path: '/x', root: '/key', fileSystem: 5, readOnly: true, external: '/key', plugin: false },
  ]);
});

test('a number that is read in two ways is CRIU_IMAGE_INVALID', async (t) => {
  for (const flags of [2 ** 32, Buffer.of(1)]) {
    await throwsCode(t, 'CRIU_IMAGE_INVALID', () => readMounts('m', criuImage('mountpoints', message([5, flags]))));
  }
});
