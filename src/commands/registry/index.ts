import type { Command } from 'commander';
import type { Io } from '../io.ts';
import { addGc } from './gc.ts';
import { addLs } from './ls.ts';
import { addRm } from './rm.ts';
import { addServe } from './serve.ts';
import { addStats } from './stats.ts';
import { addVerify } from './verify.ts';

/** Adds `thaw registry` and its commands. */
export function addRegistry(program: Command, io: Io): void {
  const registry = program.command('registry').description('the embedded registry');
  for (const add of [addServe, addLs, addRm, addGc, addVerify, addStats]) add(registry, io);
}
