import test from 'ava';
import { readPids } from '../../../src/checkpoint/criu/pstree.ts';
import { criuImage, message } from '../../helpers/criu-image.ts';
import { throwsCode } from '../../helpers/throws.ts';

test('processes come in their order, the root first', (t) => {
  const image = criuImage('pstree', message([1, 6], [2, 0], [5, 6]), message([1, 100], [2, 6], [5, 100], [5, 101]));
  t.deepEqual(readPids('pstree.img', image), [6, 100]);
});

test('a checkpoint without processes is refused', async (t) => {
  await throwsCode(t, 'CRIU_IMAGE_INVALID', () => readPids('pstree.img', criuImage('pstree')));
});

test('a process without an ID is refused', async (t) => {
  const image = criuImage('pstree', message([1, 6]), message([2, 6]));
  const error = await throwsCode(t, 'CRIU_IMAGE_INVALID', () => readPids('pstree.img', image));
  t.is(error?.facts['offset'], 18);
});
