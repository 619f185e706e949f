import { mkdir, mkdtemp, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { execa, execaSync } from 'execa';

/** A test that mounts a small file system of its own; where that is not possible it is skipped by name. */
export function tmpfsTest(title: string, implementation: (t: ExecutionContext) => Promise<void>): void {
  if (canMount()) test(title, implementation);
  else test.skip(`${title} (mounting a tmpfs is not possible: run as root with CAP_SYS_ADMIN)`, implementation);
}

/** Mounts an empty tmpfs of so many bytes for as long as the test runs; gives a folder in it. */
export async function mountTmpfs(t: ExecutionContext, size: number): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'thaw-test-'));
  t.teardown(() => rmdir(folder));
  await execa`mount -t tmpfs -o ${`size=${size}`} tmpfs ${folder}`;
  t.teardown(() => execa`umount --lazy ${folder}`);
  const root = join(folder, 'root');
  await mkdir(root);
  return root;
}

/** Tried in a mount namespace of its own, which leaves nothing. */
function canMount(): boolean {
  const { failed } = execaSync({ reject: false })`unshare --mount mount -t tmpfs tmpfs /mnt`;
  return !failed && process.getuid?.() === 0;
}
