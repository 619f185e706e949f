/** Runs, for one key, one task after the other in the order they came. Within this process only. */
export class KeyedLock {
  readonly #last = new Map<string, Promise<void>>();

  /** Whether a task of this key runs or waits. */
  busy(key: string): boolean {
    return this.#last.has(key);
  }

  /** Runs the task once all earlier ones of this key have ended. */
  async run<Result>(key: string, task: () => Promise<Result>): Promise<Result> {
    const before = this.#last.get(key) ?? Promise.resolve();
    const result = before.then(task);
    const ended = result.then(
      () => undefined,
      () => undefined,
    );
    this.#last.set(key, ended);
    try {
      return await result;
    } finally {
      if (this.#last.get(key) === ended) this.#last.delete(key);
    }
  }
}
