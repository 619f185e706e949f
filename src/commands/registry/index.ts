import type { Command } from 'commander';
import type { Io } from '../io.ts';
import { addServe } from './serve.ts';

/** Adds `thaw registry` and its commands. */
export function addRegistry(program: Command, io: Io): void {
  const registry = program.command('registry').description('the embedded registry');
  addServe(registry, io);
}
