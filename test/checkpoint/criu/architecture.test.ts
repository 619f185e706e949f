import test from 'ava';
import { readArchitecture } from '../../../src/checkpoint/criu/architecture.ts';
import { criuImage, message } from '../../helpers/criu-image.ts';
import { throwsCode } from '../../helpers/throws.ts';

const NAMES = ['amd64', 'arm', 'arm64', 'ppc64le', 's390x', 'mips64le', 'loong64', 'riscv64'];

NAMES.forEach((name, index) => {
  test(`CRIU's architecture ${index + 1} is ${name}`, (t) => {
    const image = criuImage('core', message([1, index + 1], [3, Buffer.from('task')]));
    t.is(readArchitecture('core-1.img', image), name);
  });
});

for (const machine of [0, 9, 2 ** 40]) {
  test(`the unknown architecture ${machine} is refused`, async (t) => {
    const error = await throwsCode(t, 'CRIU_IMAGE_INVALID', () =>
      readArchitecture('core-1.img', criuImage('core', message([1, machine]))),
    );
    t.is(error?.facts['what'], `it names the unknown architecture ${machine}`);
  });
}

test('a core image without an architecture is refused', async (t) => {
  await throwsCode(t, 'CRIU_IMAGE_INVALID', () => readArchitecture('core-1.img', criuImage('core', message([3, 1]))));
});
