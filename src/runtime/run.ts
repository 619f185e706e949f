import { EXIT_CODES, ThawError } from '../errors.ts';
import { type Call, readCall } from './call/call.ts';
import { create } from './calls/create.ts';
import { remove } from './calls/delete.ts';
import type { Outcome } from './calls/outcome.ts';
import { report } from './report.ts';
import { type RuntimeSettings, settingsFrom } from './settings.ts';

/** The process that a call may have to become. */
export interface Host {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Becomes a program, with this process's ID, arguments and environment; does not come back. */
  readonly become: (program: string, argv: readonly string[]) => never;
}

/**
 * One call of the OCI runtime `thaw` that its front (front/thaw-runtime.sh) hands on: runc's command line, and runc's
 * behaviour but for containers that mount a checkpoint image. Gives the exit code, or becomes runc. Never throws: a failure is said on stderr and in the file behind --log.
 */
export async function runRuntime(argv: readonly string[], host: Host): Promise<number> {
  const call = readCall(argv);
  const settings = settingsFrom(host.env);
  try {
    const outcome = await answer(call, argv, settings);
    return 'exitCode' in outcome ? outcome.exitCode : host.become(settings.runc, outcome.become);
  } catch (error) {
    const known = error instanceof ThawError ? error : undefined;
    report(
      call,
      'error',
      `thaw: ${known?.code ?? 'INTERNAL'}: ${error instanceof Error ? error.message : String(error)}`,
    );
    return EXIT_CODES[known?.kind ?? 'internal'];
  }
}

type Answer = (call: Call, argv: readonly string[], settings: RuntimeSettings) => Outcome | Promise<Outcome>;

const ANSWERS: Readonly<Record<string, Answer>> = { create, delete: remove };

async function answer(call: Call, argv: readonly string[], settings: RuntimeSettings): Promise<Outcome> {
  const known = Object.hasOwn(ANSWERS, call.command) && call.id !== undefined ? ANSWERS[call.command] : undefined;
  return known === undefined ? { become: argv } : known(call, argv, settings);
}
