import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import type { ThawError } from '../../../src/errors.ts';
import { lengthOf, restoreFailed } from '../../../src/runtime/restore/restore-failed.ts';
import { temporaryFolder } from '../../helpers/fixtures.ts';

const KEPT = '/var/lib/thaw/restores/uid/web.log';

async function failed(
  t: ExecutionContext,
  logs: { criu?: string; runc?: string; before?: string },
): Promise<ThawError> {
  const folder = await temporaryFolder(t);
  const [criu, runc] = [join(folder, 'restore.log'), join(folder, 'log.json')];
  if (logs.criu !== undefined) await writeFile(criu, logs.criu);
  if (logs.runc !== undefined) await writeFile(runc, `${logs.before ?? ''}${logs.runc}`);
  return restoreFailed({ criu, kept: KEPT, runc, runcFrom: (logs.before ?? '').length });
}

const CAUSES: Readonly<Record<string, readonly [log: string, words: RegExp]>> = {
  'a file that is not there': [
    "(00.1) Error (criu/files-reg.c:2143): Can't open file data/log on restore: No such file or directory",
    /the file data\/log open, and it is not there/,
  ],
  'a file that has changed': ['File data/db has bad size 27 (expect 24)', /data\/db.* has 27 bytes, and had 24/],
  "a mount of CRIU's that lacks": ['mnt: No mapping for 170:/cache mountpoint', /lacks mounts .*: \/cache/],
  'a CPU': ['cpu: CPU instruction capabilities do not match run time', /CPU lacks features/],
};

for (const [title, [line, words]] of Object.entries(CAUSES)) {
  test(`CRIU's log is boiled down to its cause: ${title}`, async (t) => {
    const error = await failed(t, {
      criu: `(00.0) begin\n${line}\n(00.2) Error (criu/cr-restore.c:2331): Restoring FAILED.\n`,
    });
    t.is(error.code, 'RESTORE_FAILED');
    t.regex(error.message, words);
    t.regex(error.message, /\(CRIU's log is \/var\/lib\/thaw\/restores\/uid\/web\.log\)/);
    t.false(error.message.includes('\n'));
  });
}

test('where nothing is known, the first error of CRIU is said', async (t) => {
  const error = await failed(t, {
    criu: '(00.1) Error (criu/new.c:1): new: Something else\n(00.2) Error (criu/cr-restore.c:2331): Restoring FAILED.\n',
  });
  t.regex(error.message, /could not be restored: Error \(criu\/new\.c:1\): new: Something else/);
});

test('without a log of CRIU, what runc says this time is said, in either format', async (t) => {
  const before = '{"level":"error","msg":"of another call"}\n';
  const json = await failed(t, { before, runc: '{"level":"error","msg":"no such cgroup of ours"}\n' });
  t.regex(json.message, /no such cgroup of ours/);
  t.false(json.message.includes("CRIU's log"));
  const text = await failed(t, { runc: 'time="now" level=error msg="a \\"quoted\\" cause"\n' });
  t.regex(text.message, /a "quoted" cause/);
  t.regex((await failed(t, { before, runc: '' })).message, /runc ended with an error/);
});

test('without any log there is an error all the same', async (t) => {
  t.regex((await failed(t, {})).message, /^the container could not be restored: runc ended with an error/);
  t.is(lengthOf('/nowhere'), 0);
});

test('a log without end is read at its end only', async (t) => {
  const error = await failed(t, { criu: `${'x'.repeat(9_000_000)}\nFile data/db has bad size 27 (expect 24)\n` });
  t.regex(error.message, /has 27 bytes/);
});
