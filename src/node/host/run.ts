import { ExecaError, execa } from 'execa';
import { ThawError } from '../../errors.ts';

/** Runs a program with arguments, and gives what it wrote to standard output. Throws PROGRAM_MISSING or PROGRAM_FAILED. */
export type Run = (program: string, args: readonly string[]) => Promise<string>;

/** Where programs are looked for on a node, whatever PATH this process was given. */
export const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const LONGEST = 60_000;

/** Runs programs of the machine below a root. */
export function runIn(root: string): Run {
  return async (program, args) => {
    const [file = '', ...rest] = root === '/' ? [program, ...args] : ['chroot', root, program, ...args];
    // systemctl does nothing in what it takes for a chroot, and this one is the machine's own root.
    const env = { PATH, LC_ALL: 'C', SYSTEMD_IGNORE_CHROOT: '1' };
    try {
      const { stdout } = await execa(file, rest, { env, extendEnv: false, timeout: LONGEST });
      return stdout;
    } catch (error) {
      throw error instanceof ExecaError ? programError(program, args, error) : error;
    }
  };
}

/** What chroot exits with when the program is not there. */
const NOT_FOUND = 127;

function programError(program: string, args: readonly string[], error: ExecaError): ThawError {
  const facts = { program, args, exitCode: error.exitCode ?? null };
  if (error.code === 'ENOENT' || error.exitCode === NOT_FOUND) {
    return new ThawError('PROGRAM_MISSING', {
      message: `the program ${program} is not on this node`,
      next: `install it, or see why it is not in ${PATH}`,
      facts,
      cause: error,
    });
  }
  const said = `${error.stderr ?? ''}`.trim().split('\n').slice(-5).join('\n');
  return new ThawError('PROGRAM_FAILED', {
    message: `${[program, ...args].join(' ')} ended with ${error.exitCode ?? error.signal ?? 'an error'}: ${said || error.shortMessage}`,
    next: 'run it by hand on the node to see more',
    facts: { ...facts, stderr: said },
    cause: error,
  });
}
