import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { explainFailure } from '../../checkpoint/failures/explain.ts';
import { ThawError } from '../../errors.ts';

/** Where the texts about a restore that failed are. */
export interface FailureLogs {
  /** CRIU's log, where it was written and where it is kept. */
  readonly criu: string;
  readonly kept: string;
  /** What runc said on its own log, and where in it this restore begins. */
  readonly runc: string;
  readonly runcFrom: number;
}

/** CRIU says at the end why it gave up. */
const LOOKED_AT = 4 * 1024 * 1024;

/** What a failed restore is said to have failed of: one line, boiled down from CRIU's log and runc's. */
export function restoreFailed({ criu, kept, runc, runcFrom }: FailureLogs): ThawError {
  const log = tail(criu);
  const said = lastError(tail(runc, runcFrom) ?? '');
  const explanations = explainFailure([
    ...(log === undefined ? [] : [{ origin: 'log' as const, text: log }]),
    { origin: 'status', text: said },
  ]);
  // A symptom is what is said already.
  const why = explanations.find(({ weight }) => weight === 'cause' || weight === 'possibility');
  const where = log === undefined ? '' : ` (CRIU's log is ${kept})`;
  return new ThawError('RESTORE_FAILED', {
    message: `the container could not be restored: ${why?.title ?? firstCriuError(log) ?? (said || 'runc ended with an error')}${where}`,
    next: why?.cure ?? (log === undefined ? "read the node runtime's log" : `read ${kept} on the node from its end`),
    facts: { cause: why?.id ?? null, ...(log === undefined ? {} : { log: kept }), runc: said },
  });
}

/** The end of a file; undefined where there is none. */
function tail(path: string, from = 0): string | undefined {
  try {
    const file = openSync(path, 'r');
    try {
      const { size } = fstatSync(file);
      const start = Math.max(from, size - LOOKED_AT);
      const bytes = Buffer.alloc(Math.max(0, size - start));
      return bytes.toString('utf8', 0, readSync(file, bytes, 0, bytes.length, start));
    } finally {
      closeSync(file);
    }
  } catch {
    return undefined;
  }
}

/** runc's last error, in either format of its log. */
function lastError(log: string): string {
  const line = log.split('\n').findLast((each) => /"level":"error"|level=error/.test(each)) ?? '';
  const [, text] = /"msg":("(?:[^"\\]|\\.)*")/.exec(line) ?? /msg=("(?:[^"\\]|\\.)*")/.exec(line) ?? [];
  try {
    return text === undefined ? line : String(JSON.parse(text));
  } catch {
    return line;
  }
}

/** The first error is the cause of the others. */
function firstCriuError(log: string | undefined): string | undefined {
  const errors = log?.split('\n').filter((line) => line.includes('Error ('));
  const said = errors?.find((line) => !line.includes('Restoring FAILED')) ?? errors?.[0];
  return said
    ?.replace(/^\([\d.]+\)\s*/, '')
    .trim()
    .slice(0, 500);
}

/** How long a file is; 0 where there is none. */
export function lengthOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
