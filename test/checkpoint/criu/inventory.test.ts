import test from 'ava';
import { readImageVersion } from '../../../src/checkpoint/criu/inventory.ts';
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
