import { ExecaError, execa } from 'execa';
import { ThawError } from '../../errors.ts';
import { cancelled } from '../cancel.ts';

/** How much of what buildah said stands in an error; the cause is in its last lines. */
const LONGEST_WORDS = 2000;

/**
 * Runs one step of buildah and gives what it printed. Its environment is ours, so STORAGE_DRIVER and the like reach it.
 * PROGRAM_MISSING, PROGRAM_FAILED with buildah's own words, CANCELLED.
 */
export async function runBuildah(args: readonly string[], signal?: AbortSignal): Promise<string> {
  try {
    const { stdout } = await execa('buildah', args, {
      stdin: 'ignore',
      ...(signal === undefined ? {} : { cancelSignal: signal }),
    });
    return stdout;
  } catch (error) {
    throw failure(args[0] ?? '', error);
  }
}

function failure(step: string, error: unknown): unknown {
  if (!(error instanceof ExecaError)) return error;
  if (error.isCanceled) return cancelled(error);
  if (error.code === 'ENOENT') return missing(error);
  const words = String(error.stderr ?? '')
    .trim()
    .slice(-LONGEST_WORDS);
  return new ThawError('PROGRAM_FAILED', {
    message: `buildah ${step} ${ending(error)}: ${words === '' ? 'it said nothing' : words}`,
    next: 'see what buildah says, or leave it out: --engine native needs no other program',
    facts: { program: 'buildah', step, exitCode: error.exitCode ?? null, signal: error.signal ?? null, stderr: words },
    cause: error,
  });
}

function ending({ exitCode, signal }: ExecaError): string {
  return exitCode === undefined ? `was killed (${signal ?? 'no signal'})` : `failed with exit code ${exitCode}`;
}

function missing(cause: unknown): ThawError {
  return new ThawError('PROGRAM_MISSING', {
    message: 'buildah is not installed',
    next: 'install it ("apt-get install buildah"), or leave out --engine buildah',
    facts: { program: 'buildah' },
    cause,
  });
}
