import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ThawError } from '../../src/errors.ts';
import { type Digest, digestOf, finishDigest, isDigest } from '../../src/oci/digest.ts';
import type { BlobSource, PutBlobOptions, PutBlobResult, StoredManifest, Target } from '../../src/registry/target.ts';

/** The plainest real target: a folder with a file a blob, a file a manifest and a file a tag. `sent` lists what was written. */
export interface FolderTarget extends Target {
  readonly sent: Digest[];
  readonly folder: string;
}

/** Opens a folder as a target. */
export async function folderTarget(folder: string): Promise<FolderTarget> {
  await mkdir(join(folder, 'tags'), { recursive: true });
  const sent: Digest[] = [];
  const has = (digest: Digest) =>
    stat(join(folder, digest)).then(
      ({ size }) => size,
      () => undefined,
    );
  const target: FolderTarget = {
    name: 'folder.test/checkpoints',
    folder,
    sent,
    hasBlob: has,
    putBlob: async (source, options) => {
      const known = source.digest === undefined ? undefined : await has(source.digest);
      if (source.digest !== undefined && known !== undefined)
        return { digest: source.digest, size: known, existed: true };
      const written = await writeBlob(folder, source, options);
      sent.push(written.digest);
      return written;
    },
    getBlob: async (digest) => createReadStream(join(folder, digest)),
    getManifest: (tagOrDigest) => readManifest(folder, tagOrDigest),
    putManifest: async ({ bytes, tag, replace }) => {
      const digest = digestOf(bytes);
      const existing = tag === undefined ? undefined : await readManifest(folder, tag);
      if (existing !== undefined && existing.digest !== digest && replace !== true) throw taken();
      await writeFile(join(folder, digest), bytes);
      if (tag !== undefined) await writeFile(join(folder, 'tags', tag), digest);
      return digest;
    },
    close: async () => {},
  };
  return target;
}

async function writeBlob(
  folder: string,
  source: BlobSource,
  { signal, onBytes }: PutBlobOptions = {},
): Promise<PutBlobResult> {
  const path = join(folder, `upload-${process.hrtime.bigint()}`);
  const file = await open(path, 'wx');
  const hash = createHash('sha256');
  let size = 0;
  try {
    for await (const chunk of source.open(0, signal)) {
      signal?.throwIfAborted();
      await file.write(chunk);
      hash.update(chunk);
      size += chunk.length;
      onBytes?.(size);
    }
    const digest = finishDigest(hash);
    await rename(path, join(folder, digest));
    return { digest, size, existed: false };
  } finally {
    await file.close();
    await rm(path, { force: true });
  }
}

async function readManifest(folder: string, tagOrDigest: string): Promise<StoredManifest | undefined> {
  const name = isDigest(tagOrDigest)
    ? tagOrDigest
    : await readFile(join(folder, 'tags', tagOrDigest), 'utf8').catch(() => '');
  if (!isDigest(name)) return undefined;
  const bytes = await readFile(join(folder, name)).catch(() => undefined);
  if (bytes === undefined) return undefined;
  return { digest: name, mediaType: String(JSON.parse(bytes.toString()).mediaType), bytes };
}

function taken(): ThawError {
  return new ThawError('TAG_TAKEN', { message: 'the tag names another digest', next: 'choose another tag' });
}
