import { readFile } from 'node:fs/promises';
import { Command, CommanderError } from 'commander';
import { EXIT_CODES, ThawError } from '../errors.ts';
import { embedded } from '../service/embedded.ts';
import { type Io, processIo } from './io.ts';
import { createOutput, toThawError } from './output.ts';

/** Adds one command to the program. */
type Add = (program: Command, io: Io) => void;

/** Every command, loaded when it is called: what one needs must not make the others start later. */
const COMMANDS: Readonly<Record<string, () => Promise<Add>>> = {
  inspect: async () => (await import('./inspect.ts')).addInspect,
  convert: async () => (await import('./convert.ts')).addConvert,
  pod: async () => (await import('./pod.ts')).addPod,
  explain: async () => (await import('./explain/index.ts')).addExplain,
  pull: async () => (await import('./pull.ts')).addPull,
  registry: async () => (await import('./registry/index.ts')).addRegistry,
  node: async () => (await import('./node/index.ts')).addNode,
  runtime: async () => (await import('./runtime.ts')).addRuntime,
};

/** Runs one command and gives the process's exit code: 0, or that of the error's kind (docs/errors.md). */
export async function main(argv: readonly string[], given?: Io): Promise<number> {
  // Its arguments are runc's, its standard streams a container's: nothing here may touch them.
  if (argv[0] === 'runtime') return (await import('./runtime.ts')).runtime(argv.slice(1));
  const io = given ?? processIo();
  try {
    await (await createProgram(argv, io)).parseAsync([...argv], { from: 'user' });
    return typeof process.exitCode === 'number' ? process.exitCode : 0;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    const known = error instanceof CommanderError ? usage(error) : toThawError(error);
    createOutput(io, { json: argv.includes('--json') }).error(known);
    return EXIT_CODES[known.kind];
  }
}

/** The command line, with the command that `argv` calls, or with all of them where it calls none. */
async function createProgram(argv: readonly string[], io: Io): Promise<Command> {
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
  for (const load of commandsFor(argv)) (await load())(program, io);
  return program;
}

function commandsFor(argv: readonly string[]): (() => Promise<Add>)[] {
  const called = Object.hasOwn(COMMANDS, argv[0] ?? '') ? COMMANDS[argv[0] ?? ''] : undefined;
  return called === undefined ? Object.values(COMMANDS) : [called];
}

async function version(): Promise<string> {
  const file = new URL('../../package.json', import.meta.url);
  return JSON.parse(embedded('package.json') ?? (await readFile(file, 'utf8'))).version;
}

function usage(error: CommanderError): ThawError {
  return new ThawError('USAGE', {
    message: error.message.replace(/^error: /, ''),
    next: 'thaw --help lists the commands, and thaw <command> --help shows examples of each',
    facts: { reason: error.code },
  });
}
