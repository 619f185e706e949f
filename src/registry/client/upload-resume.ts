import type { Connection } from './connection.ts';
import { pause } from './retry.ts';
import { askLastByte, deleteSession, openSession, type UploadSession } from './upload-session.ts';

/** How often a registry is asked that is still writing down what it got before the break. */
const MOST_QUESTIONS = 5;

/**
 * Where to go on after a break, in bytes from the beginning: the registry's count where it has one that can be true,
 * else 0 in a new session. `sent` is how far we ever got.
 */
export async function resumeSession(
  connection: Connection,
  session: UploadSession,
  sent: number,
  signal: AbortSignal | undefined,
): Promise<number> {
  const last = await settledLastByte(connection, session, signal);
  if (last !== undefined && last > 0 && last < sent) return last + 1;
  await deleteSession(connection, session);
  session.location = (await openSession(connection, signal)).location;
  return 0;
}

/** A registry may learn of the break after us: its count is taken when it no longer grows. */
async function settledLastByte(
  connection: Connection,
  session: UploadSession,
  signal: AbortSignal | undefined,
): Promise<number | undefined> {
  let last = await askLastByte(connection, session, signal);
  for (let questions = 1; last !== undefined && questions < MOST_QUESTIONS; questions += 1) {
    await pause(connection.retry.base, signal);
    const next = await askLastByte(connection, session, signal);
    if (next === last) break;
    last = next;
  }
  return last;
}
