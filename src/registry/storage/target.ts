import { createHash } from 'node:crypto';
import { ThawError } from '../../errors.ts';
import { type Digest, digestOf, finishDigest, isDigest, splitDigest } from '../../oci/digest.ts';
import { isRepository } from '../../oci/reference.ts';
import type {
  BlobSource,
  CallOptions,
  NewManifest,
  PutBlobOptions,
  PutBlobResult,
  StoredManifest,
  Target,
} from '../target.ts';
import { readManifest } from './manifest-content.ts';
import { readChunks } from './read-file.ts';
import { openStore, type Store } from './store.ts';
import type { UploadSession } from './upload-session.ts';

/** The registry's name in references when nobody says another: nodes map it to wherever the data is served. */
const REGISTRY = 'checkpoint-registry.local';

/**
 * A target that writes straight into a registry's data folder, with no HTTP between. `name` defaults to
 * `checkpoint-registry.local/<repository>`. Throws REFERENCE_INVALID, STORAGE_FAILED.
 */
export async function openStorageTarget(options: {
  readonly root: string;
  readonly repository: string;
  readonly name?: string | undefined;
}): Promise<Target> {
  const { root, repository, name = `${REGISTRY}/${repository}` } = options;
  if (!isRepository(repository)) throw notRepository(repository);
  return new StorageTarget(await openStore(root), repository, name);
}

class StorageTarget implements Target {
  readonly name: string;
  readonly #store: Store;
  readonly #repository: string;

  constructor(store: Store, repository: string, name: string) {
    this.name = name;
    this.#store = store;
    this.#repository = repository;
  }

  async hasBlob(digest: Digest, { signal }: CallOptions = {}): Promise<number | undefined> {
    throwIfCancelled(signal);
    return this.#store.blobs.claim(this.#repository, digest);
  }

  async putBlob(source: BlobSource, options: PutBlobOptions = {}): Promise<PutBlobResult> {
    throwIfCancelled(options.signal);
    const known = await this.#existing(source.digest, options.mountFrom);
    if (known !== undefined) return known;
    const algorithm = source.digest && splitDigest(source.digest).algorithm;
    const session = await this.#store.uploads.begin(this.#repository, algorithm);
    try {
      await fill(session, source, options);
      throwIfCancelled(options.signal);
      return { ...(await this.#store.uploads.finish(session, source.digest)), existed: false };
    } catch (error) {
      await this.#store.uploads.cancel(session.repository, session.id);
      throw error;
    }
  }

  async getBlob(digest: Digest, { signal }: CallOptions = {}): Promise<AsyncIterable<Uint8Array>> {
    throwIfCancelled(signal);
    if ((await this.#store.blobs.size(this.#repository, digest)) === undefined) throw this.#notFound(digest);
    return this.#verified(digest, signal);
  }

  async getManifest(tagOrDigest: string, { signal }: CallOptions = {}): Promise<StoredManifest | undefined> {
    throwIfCancelled(signal);
    const digest = isDigest(tagOrDigest) ? tagOrDigest : await this.#store.tags.read(this.#repository, tagOrDigest);
    if (digest === undefined) return undefined;
    const manifest = await this.#store.manifests.read(this.#repository, digest);
    if (manifest !== undefined) refuseDamaged(digest, digestOf(manifest.bytes, splitDigest(digest).algorithm));
    return manifest;
  }

  async putManifest(manifest: NewManifest, { signal }: CallOptions = {}): Promise<Digest> {
    throwIfCancelled(signal);
    const content = readManifest(manifest.bytes);
    if (typeof content === 'string') throw notManifest(this.name, content);
    const [missing] = await this.#store.manifests.missing(this.#repository, content);
    if (missing !== undefined) throw this.#notFound(missing);
    const { bytes, mediaType, tag, replace } = manifest;
    return this.#store.manifests.put(this.#repository, {
      bytes,
      mediaType,
      content,
      tags: tag === undefined ? [] : [tag],
      replace,
    });
  }

  async close(): Promise<void> {}

  async #existing(digest: Digest | undefined, mountFrom: string | undefined): Promise<PutBlobResult | undefined> {
    if (digest === undefined) return undefined;
    const { blobs } = this.#store;
    const own = await blobs.claim(this.#repository, digest);
    if (own !== undefined) return { digest, size: own, existed: true };
    const other = mountFrom === undefined ? undefined : await blobs.claim(mountFrom, digest);
    if (other === undefined) return undefined;
    await blobs.link(this.#repository, digest);
    return { digest, size: other, existed: true };
  }

  async *#verified(digest: Digest, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
    const blob = await this.#store.blobs.openStored(digest);
    if (blob === undefined) throw this.#notFound(digest);
    const { algorithm } = splitDigest(digest);
    const hash = createHash(algorithm);
    try {
      for await (const chunk of readChunks(blob.handle)) {
        throwIfCancelled(signal);
        hash.update(chunk);
        yield chunk;
      }
    } finally {
      await blob.handle.close();
    }
    refuseDamaged(digest, finishDigest(hash, algorithm));
  }

  #notFound(digest: Digest): ThawError {
    return new ThawError('NOT_FOUND', {
      message: `${this.name} in ${this.#store.root} has no blob or manifest ${digest}`,
      next: 'push it first, or see that the folder and the repository are the right ones',
      facts: { name: this.name, root: this.#store.root, digest },
    });
  }
}

async function fill(session: UploadSession, source: BlobSource, { signal, onBytes }: PutBlobOptions): Promise<void> {
  const appended = await session.append(cancellable(source.open(0, signal), signal), { onBytes });
  if (appended.accepted && appended.broken !== undefined) throw appended.broken.error;
  if (source.size === undefined || source.size === session.size) return;
  throw new ThawError('DIGEST_MISMATCH', {
    message: `the source said ${source.size} bytes and gave ${session.size}`,
    next: 'see whether the file changed while it was read, and try again',
    facts: { wanted: source.size, found: session.size },
  });
}

async function* cancellable(chunks: AsyncIterable<Uint8Array>, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    throwIfCancelled(signal);
    yield chunk;
  }
}

function refuseDamaged(digest: Digest, found: Digest): void {
  if (found === digest) return;
  throw new ThawError('DIGEST_MISMATCH', {
    message: `the bytes stored under ${digest} have the digest ${found}`,
    next: 'delete what names them and push it again; the disk may be failing',
    facts: { wanted: digest, found },
  });
}

function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (!signal?.aborted) return;
  throw new ThawError('CANCELLED', {
    message: 'it was cancelled while it wrote to the data folder or read from it',
    next: 'run it again to start over',
    cause: signal.reason,
  });
}

function notRepository(repository: string): ThawError {
  return new ThawError('REFERENCE_INVALID', {
    message: `"${repository}" is no repository name`,
    next: 'write lower-case letters, digits and single separators, in parts divided by slashes',
    facts: { repository },
  });
}

function notManifest(name: string, why: string): ThawError {
  return new ThawError('REGISTRY_PROTOCOL', {
    message: `${name} cannot take these bytes as a manifest: ${why}`,
    next: 'send an OCI image manifest or index',
    facts: { name, why },
  });
}
