import { parentPort } from 'node:worker_threads';
import { compare } from 'bcryptjs';
import type { Comparison } from './bcrypt.ts';

// A thread of its own: bcrypt keeps a processor busy for a tenth of a second, in which no transfer should stand still.
parentPort?.on('message', async ({ id, password, hash }: Comparison) => {
  parentPort?.postMessage({ id, equal: await compare(password, hash) });
});
