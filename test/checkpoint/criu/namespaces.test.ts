import test from 'ava';
import { hasOldNamespaces, readNamespaces, readOutsideNamespaces } from '../../../src/checkpoint/criu/namespaces.ts';
import { loadArchive } from '../../helpers/checkpoint-files.ts';
import { criuImage, message } from '../../helpers/criu-image.ts';
import { fixturePath } from '../../helpers/fixtures.ts';
import { throwsCode } from '../../helpers/throws.ts';

for (const archive of ['containerd/web', 'crio-1.37/web', 'podman/counter'] as const) {
  test(`the container of ${archive} has its own namespaces, and the user's is the one outside`, async (t) => {
    const files = await loadArchive(fixturePath(archive));
    const read = async (name: string): Promise<Uint8Array> => files.data.get(name) ?? Buffer.of();
    const inside = readNamespaces('ids', await read('checkpoint/ids-1.img'));
    const outside = readOutsideNamespaces('inventory', await read('checkpoint/inventory.img'));
    for (const kind of ['pid', 'network', 'ipc', 'uts', 'mount'] as const) t.not(inside[kind], outside[kind], kind);
    t.is(inside.user, outside.user);
    t.false(hasOldNamespaces('core', await read('checkpoint/core-1.img')));
  });
}

test('what an image does not tell is undefined', (t) => {
  t.like(readNamespaces('ids', criuImage('ids', message([5, 7]))), { pid: 7, mount: undefined });
});

test('an inventory without the namespaces outside, or with two of them, is CRIU_IMAGE_INVALID', async (t) => {
  const twice = [
    [3, message([9, 1])],
    [3, message([9, 2])],
  ] as const;
  for (const fields of [[], twice]) {
    const image = criuImage('inventory', message([1, 2], ...fields));
    await throwsCode(t, 'CRIU_IMAGE_INVALID', () => readOutsideNamespaces('inventory', image));
  }
});

test('namespaces in a core image are seen', (t) => {
  t.true(hasOldNamespaces('core', criuImage('core', message([1, 1], [4, message([5, 1])]))));
});
