import { createHash, randomUUID } from 'node:crypto';
import { readFile, rm, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { createDurably } from '../durable.ts';
import { onDisk, orMissing } from '../failure.ts';
import type { StoragePaths } from '../paths.ts';
import { touch } from '../refresh.ts';
import { storeInUse } from './in-use-error.ts';
import { isRunning, ownIdentity, type ProcessIdentity } from './process.ts';

/** Milliseconds between two signs of life. */
const HEARTBEAT = 10_000;
/** Milliseconds without one after which a lock whose process cannot be seen from here is taken over. */
const SILENT = 60_000;
/** Milliseconds until the next look, while somebody else takes over. */
const PAUSE = 20;

interface Holder extends ProcessIdentity {
  readonly id: string;
  readonly since: string;
}

/** A lock that is held. */
export interface HeldLock {
  release(): Promise<void>;
}

/**
 * Takes the lock of the garbage collection of a data folder: STORE_IN_USE while another process holds it. That of a
 * process that has died is taken over. The lock spares work; what makes collecting safe is how it removes things, and
 * two collections at once would do no harm (docs/adr/0006).
 */
export async function lockCollection(paths: StoragePaths): Promise<HeldLock> {
  const path = paths.gcLock;
  const own: Holder = { id: randomUUID(), since: new Date().toISOString(), ...(await ownIdentity()) };
  while (!(await createDurably(paths.temporary, path, JSON.stringify(own)))) {
    const held = await readHolder(path);
    if (held === undefined) continue;
    if (await isAlive(path, held.holder)) throw busy(paths, held.holder);
    await removeDead(paths, held.text);
  }
  const beat = setInterval(() => void touch(path).catch(() => {}), HEARTBEAT).unref();
  const release = async () => {
    clearInterval(beat);
    if ((await readHolder(path))?.holder?.id === own.id) await onDisk(path, () => rm(path, { force: true }));
  };
  return { release };
}

async function readHolder(path: string): Promise<{ text: string; holder: Holder | undefined } | undefined> {
  const text = await onDisk(path, () => orMissing(readFile(path, 'utf8')));
  return text === undefined ? undefined : { text, holder: parse(text) };
}

function parse(text: string): Holder | undefined {
  try {
    const json: Partial<Holder> | null = JSON.parse(text);
    return typeof json === 'object' && typeof json?.pid === 'number' ? (json as Holder) : undefined;
  } catch {
    return undefined;
  }
}

async function isAlive(path: string, holder: Holder | undefined): Promise<boolean> {
  const running = holder && (await isRunning(holder));
  if (running !== undefined) return running;
  const found = await onDisk(path, () => orMissing(stat(path)));
  return found !== undefined && Date.now() - found.mtimeMs < SILENT;
}

/**
 * Removes the lock of a dead process. Several may find it dead, and by the time that one of them removes it another may
 * hold a new one: so it is removed only by who made the mark that belongs to this dead holder, and looks again then.
 */
async function removeDead(paths: StoragePaths, dead: string): Promise<void> {
  const mark = `${paths.gcLock}.${createHash('sha256').update(dead).digest('hex').slice(0, 16)}`;
  if (!(await createDurably(paths.temporary, mark, ''))) {
    const made = await onDisk(mark, () => orMissing(stat(mark)));
    if (made === undefined || Date.now() - made.mtimeMs < SILENT) return sleep(PAUSE);
  }
  if ((await readHolder(paths.gcLock))?.text === dead)
    await onDisk(paths.gcLock, () => rm(paths.gcLock, { force: true }));
  await onDisk(mark, () => rm(mark, { force: true }));
}

function busy({ root }: StoragePaths, holder: Holder | undefined): Error {
  const { pid = null, since = null } = holder ?? {};
  const who = `garbage is being collected already, by process ${pid ?? 'unknown'} since ${since ?? 'unknown'}`;
  return storeInUse(root, who, 'wait until it has ended', { by: 'thaw', pid, since });
}
