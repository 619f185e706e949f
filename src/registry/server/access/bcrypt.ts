import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { embedded } from '../../../service/embedded.ts';

/** What the thread is asked. */
export interface Comparison {
  readonly id: number;
  readonly password: string;
  readonly hash: string;
}

/** Compares a password with a bcrypt hash, in a time that does not depend on where they differ. */
export type Compare = (password: string, hash: string) => Promise<boolean>;

/** Compares in a thread that starts with the first comparison and does not keep the process alive. */
export class BcryptThread {
  readonly #waiting = new Map<number, PromiseWithResolvers<boolean>>();
  #worker: Worker | undefined;
  #last = 0;

  readonly compare: Compare = (password, hash) => {
    this.#last += 1;
    const comparison: Comparison = { id: this.#last, password, hash };
    const result = Promise.withResolvers<boolean>();
    this.#waiting.set(comparison.id, result);
    this.#worker ??= this.#start();
    this.#worker.ref();
    this.#worker.postMessage(comparison);
    return result.promise;
  };

  async close(): Promise<void> {
    await this.#worker?.terminate();
  }

  #start(): Worker {
    const worker = startThread();
    worker.on('message', ({ id, equal }: { id: number; equal: boolean }) => {
      this.#waiting.get(id)?.resolve(equal);
      this.#waiting.delete(id);
      if (this.#waiting.size === 0) worker.unref();
    });
    worker.on('error', (error) => this.#fail(worker, error));
    worker.on('exit', () => this.#fail(worker, new Error('the thread that compares passwords ended')));
    return worker;
  }

  /** The next comparison starts another thread. */
  #fail(worker: Worker, error: Error): void {
    if (worker !== this.#worker) return;
    this.#worker = undefined;
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}

/** From inside the one executable, or from the file beside this one. */
function startThread(): Worker {
  const code = embedded('bcrypt-thread.js');
  if (code !== undefined) return new Worker(code, { eval: true });
  return new Worker(new URL(`./bcrypt-thread${extname(import.meta.url)}`, import.meta.url));
}
