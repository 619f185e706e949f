import test from 'ava';
import { readCredentials } from '../../../src/checkpoint/criu/credentials.ts';
import { loadArchive } from '../../helpers/checkpoint-files.ts';
import { criuImage, type FieldValue, message } from '../../helpers/criu-image.ts';
import { fixturePath } from '../../helpers/fixtures.ts';
import { throwsCode } from '../../helpers/throws.ts';

type Fields = readonly (readonly [field: number, value: FieldValue])[];
const core = (creds: Fields, thread: Fields = [], task: Fields = [[1, 1]]): Buffer =>
  criuImage('core', message([1, 1], [3, message(...task)], [5, message([10, message(...creds)], ...thread)]));

for (const archive of ['containerd/web', 'crio-1.37/web'] as const) {
  test(`the first thread of ${archive} is root with the capabilities of containers`, async (t) => {
    const bytes = await (await loadArchive(fixturePath(archive))).read('checkpoint/core-1.img');
    const credentials = readCredentials('core-1.img', bytes ?? Buffer.of());
    t.like(credentials, { uids: [0, 0, 0, 0], noNewPrivileges: false, filtered: false });
    // CAP_CHOWN and CAP_KILL, and neither CAP_SYS_ADMIN nor CAP_SYS_PTRACE.
    t.is((credentials?.capabilities ?? 0n) & 0x21n, 0x21n);
    t.is((credentials?.capabilities ?? 0n) & ((1n << 21n) | (1n << 19n)), 0n);
  });
}

test('a capability in any set counts, also in the second half', (t) => {
  for (const set of [9, 10, 11, 12, 19]) {
    const image = core([
      [set, 1],
      [set, 1 << 8],
    ]);
    t.is(readCredentials('core', image)?.capabilities, 1n | (1n << 40n), `${set}`);
  }
});

test('user IDs, no_new_privs and a seccomp filter are told', (t) => {
  const image = core(
    [
      [1, 1],
      [3, 2],
      [5, 3],
      [7, 4],
      [18, 1],
    ],
    [[11, 2]],
  );
  t.deepEqual(readCredentials('core', image), {
    uids: [1, 2, 3, 4],
    capabilities: 0n,
    noNewPrivileges: true,
    filtered: true,
  });
});

test('a process that has ended has none', (t) => {
  t.is(readCredentials('core', criuImage('core', message([1, 1], [3, message([1, 2])]))), undefined);
});

const INVALID: Readonly<Record<string, Buffer>> = {
  'no credentials, so that CRIU reads them elsewhere': criuImage(
    'core',
    message([1, 1], [3, message([1, 1])], [5, message([1, 0])]),
  ),
  'no thread': criuImage('core', message([1, 1], [3, message([1, 1])])),
  'two credentials, which are merged': core([[1, 1000]], [[10, message([3, 0])]]),
  'two threads, which are merged': criuImage(
    'core',
    message([1, 1], [5, message([10, message([1, 1])])], [5, message([10, message([1, 0])])]),
  ),
  'capabilities written as one field': core([[12, Buffer.of(0xff, 0x01)]]),
  'a user ID beyond 32 bits': core([[1, 2 ** 32]]),
};

for (const [title, image] of Object.entries(INVALID)) {
  test(`${title}: CRIU_IMAGE_INVALID`, async (t) => {
    await throwsCode(t, 'CRIU_IMAGE_INVALID', () => readCredentials('core', image));
  });
}
