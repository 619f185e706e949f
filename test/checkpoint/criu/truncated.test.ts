import test from 'ava';
import fc from 'fast-check';
import { readArchitecture } from '../../../src/checkpoint/criu/architecture.ts';
import { readImageVersion } from '../../../src/checkpoint/criu/inventory.ts';
import { readPagemap } from '../../../src/checkpoint/criu/pagemap.ts';
import { readPids } from '../../../src/checkpoint/criu/pstree.ts';
import { readTcpSockets } from '../../../src/checkpoint/criu/sockets.ts';
import { ThawError } from '../../../src/errors.ts';
import { loadArchive } from '../../helpers/checkpoint-files.ts';
import { fixturePath } from '../../helpers/fixtures.ts';

const READERS = {
  'checkpoint/inventory.img': readImageVersion,
  'checkpoint/pstree.img': readPids,
  'checkpoint/core-1.img': readArchitecture,
  'checkpoint/pagemap-1.img': readPagemap,
  'checkpoint/files.img': readTcpSockets,
};

const { data } = await loadArchive(fixturePath('crio-1.37/web'));

/** True when the reader gives something or says CRIU_IMAGE_INVALID with an offset inside the image. */
function holds(read: (image: string, bytes: Uint8Array) => unknown, bytes: Uint8Array): boolean {
  try {
    return read('x.img', bytes) !== undefined;
  } catch (error) {
    const offset = error instanceof ThawError && error.code === 'CRIU_IMAGE_INVALID' && error.facts['offset'];
    return typeof offset === 'number' && offset >= 0 && offset <= bytes.length;
  }
}

for (const [name, read] of Object.entries(READERS)) {
  const whole = data.get(name) ?? Buffer.alloc(0);

  test(`${name} cut at any byte gives what is left or CRIU_IMAGE_INVALID`, (t) => {
    t.true(whole.length > 8);
    for (let length = 0; length < whole.length; length += 1)
      t.true(holds(read, whole.subarray(0, length)), `${length}`);
  });

  test(`${name} with any bytes changed gives something or CRIU_IMAGE_INVALID`, (t) => {
    const changes = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(changes, (bytes) => {
        const changed = Buffer.from(whole);
        for (const [at, value] of bytes) changed[at] = value;
        return holds(read, changed);
      }),
      { numRuns: 500 },
    );
    t.pass();
  });

  test(`${name} of random bytes gives something or CRIU_IMAGE_INVALID`, (t) => {
    const magic = whole.subarray(0, 8);
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => holds(read, Buffer.concat([magic, bytes]))));
    t.pass();
  });
}
