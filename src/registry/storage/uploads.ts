import { randomUUID } from 'node:crypto';
import { mkdir, open, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Algorithm, Digest } from '../../oci/digest.ts';
import type { Blobs } from './blobs.ts';
import { FILE_MODE, FOLDER_MODE } from './durable.ts';
import { onDisk, orMissing } from './failure.ts';
import { isSessionId, type StoragePaths } from './paths.ts';
import { refresh } from './refresh.ts';
import { type SessionFacts, UploadSession } from './upload-session.ts';

/** Sessions whose running hash is kept in memory; of more than these the oldest are hashed from disk at their end. */
const REMEMBERED = 1024;

/** The upload sessions of a store. Their files survive a restart; no sync is spent on them before the last byte. */
export class Uploads {
  readonly #paths: StoragePaths;
  readonly #blobs: Blobs;
  readonly #sessions = new Map<string, UploadSession>();

  constructor(paths: StoragePaths, blobs: Blobs) {
    this.#paths = paths;
    this.#blobs = blobs;
  }

  /** Begins a session; `algorithm` is a guess at the final digest's, and a right one spares a second reading. */
  async begin(repository: string, algorithm: Algorithm = 'sha256'): Promise<UploadSession> {
    const id = randomUUID();
    try {
      await this.#make(repository, id);
    } catch (error) {
      await this.cancel(repository, id); // a full disk may have taken the folder and no file
      throw error;
    }
    return this.#remember(UploadSession.begin(this.#facts(repository, id, algorithm)));
  }

  /** A session by its id; undefined where this repository has none of that id. */
  async find(repository: string, id: string): Promise<UploadSession | undefined> {
    if (!isSessionId(id)) return undefined;
    const path = this.#paths.uploadData(repository, id);
    if ((await refresh(path)) === undefined) {
      this.#sessions.delete(id);
      return undefined;
    }
    const known = this.#sessions.get(id);
    if (known?.repository === repository) return known;
    const session = await onDisk(path, () => UploadSession.resume(this.#facts(repository, id, 'sha256')));
    const raced = this.#sessions.get(id);
    return raced?.repository === repository ? raced : this.#remember(session);
  }

  /**
   * Makes a session's bytes a blob of its repository, in the order that a crash cannot spoil: data synced, renamed,
   * folder synced, link. With DIGEST_MISMATCH, as with success, the session is gone.
   */
  async finish(session: UploadSession, wanted?: Digest): Promise<{ digest: Digest; size: number }> {
    try {
      const sealed = await session.seal(wanted);
      await this.#blobs.adopt(this.#paths.uploadData(session.repository, session.id), sealed.digest);
      await this.#blobs.link(session.repository, sealed.digest);
      return sealed;
    } finally {
      await this.cancel(session.repository, session.id);
    }
  }

  /** Removes a session and its bytes; false where there is none of that id. */
  async cancel(repository: string, id: string): Promise<boolean> {
    if (!isSessionId(id)) return false;
    this.#sessions.delete(id);
    const folder = this.#paths.upload(repository, id);
    return onDisk(folder, async () => {
      if ((await orMissing(stat(folder))) === undefined) return false;
      await rm(folder, { recursive: true, force: true });
      return true;
    });
  }

  async #make(repository: string, id: string): Promise<void> {
    const folder = this.#paths.upload(repository, id);
    await onDisk(folder, async () => {
      await mkdir(folder, { recursive: true, mode: FOLDER_MODE });
      await writeFile(join(folder, 'startedat'), new Date().toISOString(), { mode: FILE_MODE });
      await (await open(this.#paths.uploadData(repository, id), 'wx', FILE_MODE)).close();
    });
  }

  #facts(repository: string, id: string, algorithm: Algorithm): SessionFacts {
    return { repository, id, path: this.#paths.uploadData(repository, id), algorithm };
  }

  #remember(session: UploadSession): UploadSession {
    this.#sessions.set(session.id, session);
    if (this.#sessions.size > REMEMBERED) {
      const idle = this.#sessions.values().find(({ busy }) => !busy);
      if (idle !== undefined && idle !== session) this.#sessions.delete(idle.id);
    }
    return session;
  }
}
