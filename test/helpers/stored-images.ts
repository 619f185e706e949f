import { readdir, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { type Digest, digestOf } from '../../src/oci/digest.ts';
import { CONFIG, INDEX, LAYER, MANIFEST } from '../../src/oci/media-types.ts';
import { readManifest } from '../../src/registry/storage/manifest-content.ts';
import type { Store } from '../../src/registry/storage/store.ts';

/** What the tests' checkpoint images say of themselves. */
export const NAMES = { container: ['test.pod', 'test.container'], made: ['test.made'], keep: 'test.keep' } as const;

export interface ImageToStore {
  readonly repository?: string;
  readonly tag?: string;
  readonly layers?: readonly (Buffer | string)[];
  readonly annotations?: Readonly<Record<string, string>>;
  readonly subject?: Digest;
}

/** Stores bytes as a blob of a repository. */
export async function storeBlob(store: Store, bytes: Buffer | string, repository = 'a'): Promise<Digest> {
  const session = await store.uploads.begin(repository);
  await session.append([Buffer.from(bytes)] as unknown as AsyncIterable<Uint8Array>);
  return (await store.uploads.finish(session, digestOf(bytes))).digest;
}

/** Stores an image with its blobs and gives its digest; without a tag it has none. */
export async function storeImage(store: Store, image: ImageToStore): Promise<Digest> {
  const { repository = 'a', layers = [], annotations, subject } = image;
  for (const blob of ['{}', ...layers]) await storeBlob(store, blob, repository);
  return putManifest(store, image, {
    mediaType: MANIFEST,
    config: descriptor(CONFIG, '{}'),
    layers: layers.map((layer) => descriptor(LAYER.none, layer)),
    ...(annotations && { annotations }),
    ...(subject && { subject: { mediaType: MANIFEST, digest: subject, size: 1 } }),
  });
}

/** Stores an index over manifests. */
export async function storeIndex(store: Store, image: ImageToStore, manifests: readonly Digest[]): Promise<Digest> {
  return putManifest(store, image, {
    mediaType: INDEX,
    manifests: manifests.map((digest) => ({ mediaType: MANIFEST, digest, size: 1 })),
  });
}

/** Lets all files and folders of a data folder be this many milliseconds old. */
export async function age(root: string, milliseconds: number): Promise<void> {
  const then = new Date(Date.now() - milliseconds);
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  for (const entry of entries) await utimes(join(entry.parentPath, entry.name), then, then);
}

/** Paths of all files below a folder, from there on. */
export async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1));
}

async function putManifest(store: Store, { repository = 'a', tag }: ImageToStore, fields: object): Promise<Digest> {
  const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, ...fields }));
  const content = readManifest(bytes);
  if (typeof content === 'string') throw new Error(content);
  const tags = tag === undefined ? [] : [tag];
  return store.manifests.put(repository, { bytes, mediaType: content.mediaType ?? '', content, tags, replace: true });
}

function descriptor(mediaType: string, bytes: Buffer | string) {
  return { mediaType, digest: digestOf(bytes), size: Buffer.byteLength(bytes) };
}
