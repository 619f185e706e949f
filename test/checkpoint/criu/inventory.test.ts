import test from 'ava';
import { readImageVersion, readTcpClose } from '../../../src/checkpoint/criu/inventory.ts';
import { loadArchive } from '../../helpers/checkpoint-files.ts';
import { criuImage, message } from '../../helpers/criu-image.ts';
import { fixturePath } from '../../helpers/fixtures.ts';
import { throwsCode } from '../../helpers/throws.ts';

test('CRIU 4.2 writes image format 2', async (t) => {
  const { data } = await loadArchive(fixturePath('containerd/web'));
  t.is(readImageVersion('inventory.img', data.get('checkpoint/inventory.img') ?? Buffer.alloc(0)), 2);
});

test('an inventory without a version is refused', async (t) => {
  const image = criuImage('inventory', message([2, 1]));
  await throwsCode(t, 'CRIU_IMAGE_INVALID', () => readImageVersion('inventory.img', image));
});

test('an inventory tells whether CRIU froze with tcp-close', (t) => {
  t.false(readTcpClose('inventory.img', criuImage('inventory', message([1, 2]))));
  t.false(readTcpClose('inventory.img', criuImage('inventory', message([1, 2], [10, 0]))));
  t.true(readTcpClose('inventory.img', criuImage('inventory', message([1, 2], [10, 1]))));
});
