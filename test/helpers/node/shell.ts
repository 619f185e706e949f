import { existsSync } from 'node:fs';
import { chmod, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { copyPrograms } from '../programs.ts';
import type { FakeNode } from './fake-node.ts';

/** Gives a fake node this machine's shell, so that programs can be run in its root. */
export async function giveShell({ root }: FakeNode): Promise<void> {
  await copyPrograms(root, ['/bin/sh']);
}

/** Gives a fake node a program that prints a text. */
export async function giveProgram(node: FakeNode, path: string, text: string): Promise<void> {
  await node.write(path, `#!/bin/sh\necho '${text}'\n`);
  await chmod(join(node.root, path), 0o755);
}

/** Gives a fake node a systemctl that restarts its runtime, as far as `restart` goes: it asks this process to. */
export async function giveSystemctl(t: ExecutionContext, node: FakeNode): Promise<void> {
  const asked = join(node.root, 'run/asked');
  await giveProgram(node, '/usr/bin/systemctl', '');
  await node.write('/usr/bin/systemctl', '#!/bin/sh\n: >/run/asked\nwhile [ -e /run/asked ]; do :; done\n');
  const answer = async () => {
    if (!existsSync(asked)) return;
    await node.restart();
    await rm(asked);
  };
  let answering = Promise.resolve();
  const timer = setInterval(() => {
    answering = answering.then(answer);
  }, 20);
  t.teardown(async () => {
    clearInterval(timer);
    await answering;
  });
}
