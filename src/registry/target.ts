import type { Digest } from '../oci/digest.ts';

/**
 * Where an image goes and comes from: one repository of a registry. Two makes of it: client/ over HTTP, and storage/ on
 * this disk. Every method may throw ThawError of kind registry, denied or storage, and CANCELLED when `signal` aborts.
 */
export interface Target {
  /** `<host>/<repository>`, as a person would write it in front of `:tag`. */
  readonly name: string;
  /** The size in bytes of a blob that the repository has; undefined when it has not got it. */
  hasBlob(digest: Digest, options?: CallOptions): Promise<number | undefined>;
  /**
   * Sends a blob and gives its digest and size, both computed on the way. A source whose digest is known is not sent
   * when the repository has it already (`existed`). On failure no upload session and no half blob is left.
   */
  putBlob(source: BlobSource, options?: PutBlobOptions): Promise<PutBlobResult>;
  /** A blob's bytes, verified: the stream fails with DIGEST_MISMATCH rather than end on wrong bytes. NOT_FOUND when missing. */
  getBlob(digest: Digest, options?: GetBlobOptions): Promise<AsyncIterable<Uint8Array>>;
  /** A manifest by tag or digest, its bytes verified; undefined when there is none. */
  getManifest(tagOrDigest: string, options?: CallOptions): Promise<StoredManifest | undefined>;
  /**
   * Stores a manifest byte for byte, under its digest and, where given, under a tag. A tag that names another digest is
   * not moved unless `replace`: TAG_TAKEN with both digests.
   */
  putManifest(manifest: NewManifest, options?: CallOptions): Promise<Digest>;
  /** Lets go of connections and the like. */
  close(): Promise<void>;
}

export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
}

export interface GetBlobOptions extends CallOptions {
  /** The bytes that the blob must have, where a descriptor says it: a longer one is cut off there, with DIGEST_MISMATCH. */
  readonly size?: number | undefined;
}

/** Bytes that can be read again from any offset, so that a broken upload can go on where the registry stands. */
export interface BlobSource {
  /** Bytes in all, where known before they are read. */
  readonly size?: number | undefined;
  /** The digest, where known before the bytes are read. */
  readonly digest?: Digest | undefined;
  /** The bytes from `offset` on. The same bytes each time. A chunk is the reader's: the source does not use its memory again. */
  open(offset: number, signal?: AbortSignal): AsyncIterable<Uint8Array>;
}

export interface PutBlobOptions extends CallOptions {
  /** Called with the bytes sent so far; after a resume it may go back. */
  readonly onBytes?: ((sent: number) => void) | undefined;
  /** Another repository of the same registry that may have the blob: mounted instead of sent. Wants a known digest. */
  readonly mountFrom?: string | undefined;
}

export interface PutBlobResult {
  readonly digest: Digest;
  readonly size: number;
  /** True when nothing was sent because the blob was there, or was mounted. */
  readonly existed: boolean;
}

export interface StoredManifest {
  readonly digest: Digest;
  readonly mediaType: string;
  readonly bytes: Buffer;
}

export interface NewManifest {
  readonly bytes: Buffer;
  readonly mediaType: string;
  readonly tag?: string | undefined;
  readonly replace?: boolean | undefined;
}
