import type { Command } from 'commander';
import type { Io } from '../io.ts';
import { addInstall } from './install.ts';
import { addStatus } from './status.ts';
import { addUninstall } from './uninstall.ts';

/** Adds `thaw node` and its commands. */
export function addNode(program: Command, io: Io): void {
  const node = program.command('node').description('make this machine a node on which checkpoints wake up');
  for (const add of [addInstall, addUninstall, addStatus]) add(node, io);
}
