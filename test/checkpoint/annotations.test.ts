import test from 'ava';
import { CRIO, CRIU, FORMAT, PODMAN, readFormat, THAW } from '../../src/checkpoint/annotations.ts';
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

for (const [annotation, engine] of [
  [CRIO.name, 'CRI-O'],
  [PODMAN.name, 'Podman'],
  [CRIU['container.name'], 'containerd'],
] as const) {
  test(`a checkpoint image that another program made for ${engine} is not one of thaw's, and is called what it is`, async (t) => {
    const error = await throwsCode(t, 'IMAGE_NOT_CHECKPOINT', () => readFormat({ [annotation]: 'web' }));
    t.deepEqual(error?.facts, { why: error?.facts['why'], annotation: THAW.format, engine });
    t.regex(error?.found ?? '', new RegExp(`another program made it, for ${engine}`));
    t.regex(error?.next ?? '', new RegExp(`let ${engine} restore it, or convert the archive`));
  });
}

test("an image without any checkpoint's annotation is not one of thaw's", async (t) => {
  const error = await throwsCode(t, 'IMAGE_NOT_CHECKPOINT', () => readFormat({ maintainer: 'web' }));
  t.is(error?.facts['annotation'], THAW.format);
  t.false('engine' in (error?.facts ?? {}));
});
