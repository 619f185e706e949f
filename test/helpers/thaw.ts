import { execa } from 'execa';

/** The command line, run from source. */
export const CLI = new URL('../../src/cli.ts', import.meta.url).pathname;

/** How a test changes the process: its folder, and variables added to the environment. */
export interface ThawOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** What is on standard input. */
  readonly input?: string;
}

/** What a run of `thaw` said. */
export interface ThawRun {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `thaw ...` in a process of its own and gives what it said, whatever its exit code. */
export async function thaw(args: readonly string[], { cwd, env, input = '' }: ThawOptions = {}): Promise<ThawRun> {
  const place = cwd === undefined ? {} : { cwd };
  const child = execa(process.execPath, [CLI, ...args], { reject: false, input, env: { ...env }, ...place });
  const { exitCode, stdout, stderr } = await child;
  return { exitCode, stdout, stderr };
}

/** Runs `thaw ...`, wants exit code 0, and gives standard output. */
export async function thawOk(args: readonly string[], options: ThawOptions = {}): Promise<string> {
  const { exitCode, stdout, stderr } = await thaw(args, options);
  if (exitCode !== 0)
    throw new Error(`thaw ${args.join(' ')} ended with ${exitCode}:
${stderr}`);
  return stdout;
}
