import type { Command } from 'commander';
import { runRuntime } from '../runtime/run.ts';

/**
 * Runs `thaw runtime` with runc's own arguments, which commander must not read, and which must not wait for it. Gives the
 * exit code, or becomes runc.
 */
export function runtime(argv: readonly string[]): Promise<number> {
  return runRuntime(argv, {
    env: process.env,
    become: (program, words) => {
      if (process.execve === undefined) throw new Error('this Node.js cannot become another program');
      return process.execve(program, [program, ...words], process.env);
    },
  });
}

/** Lists `thaw runtime` among the commands. */
export function addRuntime(program: Command): void {
  program
    .command('runtime', { hidden: false })
    .description(
      "what a node's containerd or CRI-O calls in place of runc, with runc's arguments; for thaw node install",
    )
    .helpOption(false)
    .allowUnknownOption();
}
