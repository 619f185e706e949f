import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { removeUnlessWanted } from '../aside.ts';
import { onDisk, orMissing } from '../failure.ts';
import { isSessionId, type StoragePaths } from '../paths.ts';
import type { Store } from '../store.ts';
import { factsOf, namesIn } from './folders.ts';

/** One upload session on disk. */
export interface SessionFacts {
  readonly repository: string;
  readonly id: string;
  /** Bytes that have arrived. */
  readonly size: number;
  /** Milliseconds since 1970 at which bytes arrived last, or the session was asked for. */
  readonly touched: number;
  /** Whether another program than thaw has made it. */
  readonly foreign: boolean;
}

/** The upload sessions of a repository, also those that a crash left without their file. */
export async function sessionsOf(paths: StoragePaths, repository: string): Promise<SessionFacts[]> {
  const sessions: SessionFacts[] = [];
  for (const id of (await namesIn(paths.uploads(repository))).filter(isSessionId)) {
    const folder = paths.upload(repository, id);
    const found = await lookInto(folder);
    if (found !== undefined) sessions.push({ repository, id, ...found });
  }
  return sessions;
}

/**
 * Removes the sessions in which nothing has happened since `before` (milliseconds since 1970); a client that comes back
 * at that moment keeps its session. Gives those that are gone.
 */
export async function sweepSessions(store: Store, before: number): Promise<SessionFacts[]> {
  const swept: SessionFacts[] = [];
  for await (const repository of store.repositories.walkAll()) {
    for (const session of await sessionsOf(store.paths, repository)) {
      if (session.touched >= before) continue;
      const isStale = async (aside: string) => ((await lookInto(aside))?.touched ?? 0) < before;
      const folder = store.paths.upload(repository, session.id);
      if (await removeUnlessWanted(store.paths, folder, isStale)) swept.push(session);
    }
  }
  return swept;
}

async function lookInto(folder: string): Promise<Pick<SessionFacts, 'size' | 'touched' | 'foreign'> | undefined> {
  const made = await onDisk(folder, () => orMissing(stat(folder)));
  if (made === undefined) return undefined;
  const [data, started, hashes] = await Promise.all(
    ['data', 'startedat', 'hashstates'].map((name) => factsOf(join(folder, name))),
  );
  const touched = Math.max(data?.touched ?? 0, started?.touched ?? 0) || made.mtimeMs;
  const foreign = hashes !== undefined || data?.open === true || started?.open === true;
  return { size: data?.size ?? 0, touched, foreign };
}
