import { createHash, type Hash } from 'node:crypto';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { ThawError } from '../../errors.ts';
import { type Algorithm, type Digest, finishDigest, splitDigest } from '../../oci/digest.ts';
import { onDisk } from './failure.ts';
import { KeyedLock } from './keyed-lock.ts';
import { digestOfFile } from './read-file.ts';
import { type Written, writeAndHash } from './write-and-hash.ts';

/** What append did, or that it did nothing because the body does not begin where the session stands. */
export type Appended =
  | { readonly accepted: false }
  | { readonly accepted: true /** Bytes. */; readonly taken: number; readonly broken?: Written['broken'] };

/** How a body is appended. */
export interface AppendOptions {
  /** Where the body says it begins; anywhere but the session's size is refused. */
  readonly at?: number | undefined;
  /** Called with the bytes of this body that were taken so far. */
  readonly onBytes?: ((taken: number) => void) | undefined;
}

/**
 * One blob on its way in: a file that grows, and its running hash while this process has seen every byte. After a
 * restart, or when the final digest is of another algorithm, the file is hashed from disk.
 */
export class UploadSession {
  readonly repository: string;
  readonly id: string;
  readonly #path: string;
  readonly #algorithm: Algorithm;
  readonly #lock = new KeyedLock();
  #hash: Hash | undefined;
  #size: number;

  private constructor(facts: SessionFacts, hash: Hash | undefined, size: number) {
    this.repository = facts.repository;
    this.id = facts.id;
    this.#path = facts.path;
    this.#algorithm = facts.algorithm;
    this.#hash = hash;
    this.#size = size;
  }

  /** A session whose file was just made. */
  static begin(facts: SessionFacts): UploadSession {
    return new UploadSession(facts, createHash(facts.algorithm), 0);
  }

  /** A session that another process, or an earlier one, has begun. */
  static async resume(facts: SessionFacts): Promise<UploadSession> {
    return new UploadSession(facts, undefined, (await stat(facts.path)).size);
  }

  /** Bytes that stand in the file; it grows while a body arrives. */
  get size(): number {
    return this.#size;
  }

  /** Whether a body is arriving, or the session is being closed. */
  get busy(): boolean {
    return this.#lock.busy('');
  }

  /** Appends a body; bodies of one session wait for one another. A broken body keeps what arrived. STORAGE_FULL, STORAGE_FAILED. */
  async append(body: AsyncIterable<Uint8Array>, { at, onBytes }: AppendOptions = {}): Promise<Appended> {
    return this.#lock.run('', async () => {
      if (at !== undefined && at !== this.#size) return { accepted: false };
      const before = this.#size;
      const { size, broken } = await this.#write(body, onBytes);
      return { accepted: true, taken: size - before, ...(broken && { broken }) };
    });
  }

  /**
   * Closes the session's file: synced, its digest known. DIGEST_MISMATCH when another one was wanted. The file stays
   * for its next owner; the session takes no more bytes.
   */
  async seal(wanted?: Digest): Promise<{ digest: Digest; size: number }> {
    return this.#lock.run('', () =>
      onDisk(this.#path, () =>
        withFile(this.#path, async (handle) => {
          const algorithm = wanted === undefined ? this.#algorithm : splitDigest(wanted).algorithm;
          const [digest] = await Promise.all([this.#digest(handle, algorithm), handle.sync()]);
          if (wanted !== undefined && digest !== wanted) throw mismatch(wanted, digest, this.#size);
          return { digest, size: this.#size };
        }),
      ),
    );
  }

  async #write(body: AsyncIterable<Uint8Array>, onBytes?: (taken: number) => void): Promise<Written> {
    const hash = this.#hash;
    this.#hash = undefined; // comes back when every byte of the body is both on disk and hashed
    return onDisk(this.#path, () =>
      withFile(this.#path, async (handle) => {
        const onWritten = (size: number) => {
          this.#size = size;
        };
        const written = await writeAndHash(handle, this.#size, body, hash, { onBytes, onWritten });
        this.#hash = hash;
        return written;
      }),
    );
  }

  async #digest(handle: FileHandle, algorithm: Algorithm): Promise<Digest> {
    const hash = this.#hash;
    if (hash === undefined || algorithm !== this.#algorithm) return digestOfFile(handle, algorithm);
    this.#hash = undefined;
    return finishDigest(hash, algorithm);
  }
}

/** What a session is about. */
export interface SessionFacts {
  readonly repository: string;
  readonly id: string;
  /** The file that grows. */
  readonly path: string;
  /** The algorithm that is most likely the final digest's. */
  readonly algorithm: Algorithm;
}

async function withFile<Result>(path: string, use: (handle: FileHandle) => Promise<Result>): Promise<Result> {
  const handle = await open(path, 'r+');
  try {
    return await use(handle);
  } finally {
    await handle.close();
  }
}

function mismatch(wanted: Digest, found: Digest, size: number): ThawError {
  return new ThawError('DIGEST_MISMATCH', {
    message: `the ${size} bytes that arrived have the digest ${found}, not ${wanted}`,
    next: 'send the blob again from its beginning',
    facts: { wanted, found, size },
  });
}
