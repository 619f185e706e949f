import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { Parser } from 'tar';
import { readCheckpointImage } from '../../src/builder/image/read.ts';
import { digestOf } from '../../src/oci/digest.ts';
import type { Target } from '../../src/registry/target.ts';
import { collect } from './collect.ts';

/** What a runtime sees of an image's files: by path, the kind, mode, owner, time and the digest of the content. */
export type Tree = Record<string, string>;

const plain = { none: (bytes: Buffer) => bytes, gzip: gunzipSync, zstd: zstdDecompressSync };

/** Lays an image's layers over each other, as a runtime does. */
export async function imageTree(target: Target, reference: string): Promise<Tree> {
  const { layers } = await readCheckpointImage(target, reference);
  const tree: Tree = {};
  for (const { digest, compression } of layers) {
    Object.assign(tree, await tarTree(plain[compression](await collect(await target.getBlob(digest)))));
  }
  return Object.fromEntries(Object.entries(tree).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The tree in one tar archive. */
export async function tarTree(bytes: Buffer): Promise<Tree> {
  const entries: Promise<[string, string]>[] = [];
  await new Promise<void>((resolve, reject) => {
    const parser = new Parser({
      strict: true,
      onReadEntry: (entry) => {
        const { path, type, mode, uid, gid, mtime } = entry;
        const facts = `${type} ${mode?.toString(8)} ${uid}:${gid} ${mtime?.toISOString()}`;
        const content = entry.concat().then((data) => digestOf(data));
        entries.push(content.then((digest) => [path.replace(/\/$/, ''), `${facts} ${digest}`]));
      },
    });
    parser.on('end', resolve);
    parser.on('error', reject);
    parser.end(bytes);
  });
  return Object.fromEntries(await Promise.all(entries));
}
