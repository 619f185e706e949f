import { withInterrupt } from './interrupt.ts';
import type { Io } from './io.ts';
import type { OutputOptions } from './options.ts';
import { createOutput, type Output } from './output.ts';

/** What every command gets: its streams, its voice, and a signal that Ctrl-C aborts. */
export interface Context {
  readonly io: Io;
  readonly output: Output;
  readonly signal: AbortSignal;
}

/** Runs a command's work with its context. */
export function runAction(io: Io, options: OutputOptions, work: (context: Context) => Promise<void>): Promise<void> {
  return withInterrupt((signal) => work({ io, output: createOutput(io, options), signal }));
}
