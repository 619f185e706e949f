import test from 'ava';
import { CRIO, FORMAT, PODMAN, readFormat, THAW } from '../../src/checkpoint/annotations.ts';
import { throwsCode } from '../helpers/throws.ts';

test('the names by which CRI-O and Podman find a checkpoint image are theirs', (t) => {
  t.is(CRIO.name, 'io.kubernetes.cri-o.annotations.checkpoint.name');
  t.is(PODMAN['runtime.name'], 'io.podman.annotations.checkpoint.runtime.name');
});

for (const format of [FORMAT, '1.0']) {
  test(`format ${format} is read without a word`, (t) => {
    t.deepEqual(readFormat({ [THAW.format]: format }), []);
  });
}

for (const format of ['1.1', '1.27']) {
  test(`format ${format} is read, and that it is newer is said`, (t) => {
    const [warning] = readFormat({ [THAW.format]: format });
    t.is(warning?.code, 'FORMAT_NEWER');
    t.deepEqual(warning?.facts, { format });
  });
}

for (const format of ['0', '2', '2.0', '10', '', 'one', '1.', '1.x', '1.1.1', ' 1', '1\n']) {
  test(`format ${JSON.stringify(format)} is refused`, async (t) => {
    const error = await throwsCode(t, 'IMAGE_NOT_CHECKPOINT', () => readFormat({ [THAW.format]: format }));
    t.is(error?.facts['format'], format);
  });
}

test("an image with CRI-O's annotation only is not one of thaw's", async (t) => {
  const error = await throwsCode(t, 'IMAGE_NOT_CHECKPOINT', () => readFormat({ [CRIO.name]: 'web' }));
  t.is(error?.facts['annotation'], THAW.format);
});
