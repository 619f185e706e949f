import { readFile } from 'node:fs/promises';
import { Command, CommanderError } from 'commander';
import { EXIT_CODES, ThawError } from '../errors.ts';
import { addConvert } from './convert.ts';
import { addInspect } from './inspect.ts';
import { type Io, processIo } from './io.ts';
import { createOutput, toThawError } from './output.ts';
import { addPod } from './pod.ts';
import { addPull } from './pull.ts';
import { addRegistry } from './registry/index.ts';

/** Runs one command and gives the process's exit code: 0, or that of the error's kind (docs/errors.md). */
export async function main(argv: readonly string[], io: Io = processIo()): Promise<number> {
  try {
    await (await createProgram(io)).parseAsync([...argv], { from: 'user' });
    return typeof process.exitCode === 'number' ? process.exitCode : 0;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    const known = error instanceof CommanderError ? usage(error) : toThawError(error);
    createOutput(io, { json: argv.includes('--json') }).error(known);
    return EXIT_CODES[known.kind];
  }
}

/** The whole command line, ready to parse. */
export async function createProgram(io: Io): Promise<Command> {
  const program = new Command('thaw')
    .description('Turns frozen containers into OCI checkpoint images and wakes them up on any Kubernetes node.')
    .version(await version(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'say how it is used')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void io.stdout.write(text),
      // What was wrong is said once, by main, in thaw's own form.
      writeErr: () => {},
      getOutHasColors: () => io.stdout.isTTY === true && io.env['NO_COLOR'] === undefined,
    });
  for (const add of [addInspect, addConvert, addPod, addPull, addRegistry]) add(program, io);
  return program;
}

async function version(): Promise<string> {
  const file = new URL('../../package.json', import.meta.url);
  return JSON.parse(await readFile(file, 'utf8')).version;
}

function usage(error: CommanderError): ThawError {
  return new ThawError('USAGE', {
    message: error.message.replace(/^error: /, ''),
    next: 'thaw --help lists the commands, and thaw <command> --help shows examples of each',
    facts: { reason: error.code },
  });
}
