/** One thing that must work before requests are welcome. */
export interface ReadinessCheck {
  readonly name: string;
  /** Throws where it does not work. */
  readonly run: () => Promise<void>;
}

/** What a look at all checks found. */
export interface ReadinessReport {
  readonly ready: boolean;
  /** `ok`, or the code of what went wrong, by the check's name; never more, since anybody may ask. */
  readonly checks: Readonly<Record<string, string>>;
}

/** Milliseconds that a report serves: however often it is asked for, the checks cost little. */
const FRESH = 2_000;

/** Whether a service can do its work now. Once it stops, it is not ready any more. */
export class Readiness {
  readonly #checks: readonly ReadinessCheck[];
  readonly #freshMs: number;
  #report: Promise<ReadinessReport> | undefined;
  #madeAt = 0;
  #stopping = false;

  constructor(checks: readonly ReadinessCheck[], freshMs: number = FRESH) {
    this.#checks = checks;
    this.#freshMs = freshMs;
  }

  /** From now on the service answers that it is not ready. */
  stop(): void {
    this.#stopping = true;
  }

  get stopping(): boolean {
    return this.#stopping;
  }

  async report(): Promise<ReadinessReport> {
    if (this.#stopping) return { ready: false, checks: { stopping: 'true' } };
    if (this.#report === undefined || performance.now() - this.#madeAt > this.#freshMs) {
      this.#madeAt = performance.now();
      this.#report = runAll(this.#checks);
    }
    return this.#report;
  }
}

async function runAll(checks: readonly ReadinessCheck[]): Promise<ReadinessReport> {
  const results = await Promise.all(checks.map(async ({ name, run }) => [name, await outcome(run)] as const));
  return { ready: results.every(([, result]) => result === 'ok'), checks: Object.fromEntries(results) };
}

async function outcome(run: () => Promise<void>): Promise<string> {
  try {
    await run();
    return 'ok';
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : 'failed';
  }
}
