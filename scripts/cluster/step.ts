import { ExecaError } from 'execa';

/** Takes one line for a person who waits. */
export type Report = (line: string) => void;

/** Something could not be built; the message says what, and how it ended. */
export class BuildError extends Error {
  override readonly name = 'BuildError';
}

/** Does one step of a build, and reports its name before it and its seconds after it. Throws BuildError. */
export async function step<Result>(report: Report, what: string, work: () => Promise<Result>): Promise<Result> {
  report(`${what} ...`);
  const begun = performance.now();
  try {
    const result = await work();
    report(`${what}: ${secondsSince(begun)} s`);
    return result;
  } catch (cause) {
    if (cause instanceof BuildError) throw cause;
    throw new BuildError(`${what} failed after ${secondsSince(begun)} s: ${explanation(cause)}`, { cause });
  }
}

function secondsSince(begun: number): string {
  return ((performance.now() - begun) / 1000).toFixed(1);
}

/** The end of what a program said, where the error comes from one. */
function explanation(error: unknown): string {
  if (!(error instanceof ExecaError)) return String(error);
  const said = `${error.all ?? `${error.stdout ?? ''}\n${error.stderr ?? ''}`}`.trim();
  return [error.shortMessage, ...said.split('\n').slice(-20)].join('\n');
}
