import { closeSync, constants, openSync, readSync } from 'node:fs';
import { Parser, type ReadEntry } from 'tar';
import type { EngineName } from '../../checkpoint/metadata.ts';
import { ThawError } from '../../errors.ts';
import { DiffWriter } from './diff-writer.ts';
import { diffFailed, type RootFolder } from './root-folder.ts';

/** A rootfs-diff.tar to put back. */
export interface RootfsDiff {
  /** Where it lies: plain (CRI-O, Podman) or gzip (containerd). */
  readonly path: string;
  /** Whose it is: containerd's is an image layer, in which a name can stand for a deletion. */
  readonly engine: EngineName;
  /** Whether the container may make devices; then its files may be some. */
  readonly devices: boolean;
}

/** A container with more files than this in its own layer has filled the node's disk. */
const MAX_ENTRIES = 1_000_000;
const MAX_BYTES = 2 ** 36;
const CHUNK = 1024 * 1024;
/** gzip makes at most 1,032 bytes of one. */
const MAX_RATIO = 1_100;

/**
 * Puts the files that a container changed into its root. In one pass; each entry is checked before it is written, and
 * what is wrong ends the restore, and with it the root. Gives what could not be carried over, a sentence each.
 * Throws ROOTFS_DIFF_ESCAPES, ROOTFS_DIFF_FAILED.
 */
export function applyRootfsDiff(root: RootFolder, diff: RootfsDiff): string[] {
  const writer = new DiffWriter(root, diff);
  let entries = 0;
  let bytes = 0;
  let attributes = false;
  const parser = new Parser({
    maxDecompressionRatio: MAX_RATIO,
    onReadEntry: (entry: ReadEntry) => {
      entries += 1;
      bytes += entry.size;
      if (entries > MAX_ENTRIES || bytes > MAX_BYTES) throw tooLarge(entries, bytes);
      writer.write(entry);
    },
    onwarn: (code: string, message: string | Error) => {
      if (code !== 'TAR_ENTRY_INFO') throw diffFailed(`rootfs-diff.tar (${message})`, new Error(code));
    },
  });
  // A kind of entry that the parser knows nothing of would be lost without a word.
  parser.on('ignoredEntry', ({ type }: ReadEntry) => {
    throw diffFailed(`rootfs-diff.tar (an entry of type ${type})`, new Error('not supported'));
  });
  parser.on('meta', (text: string) => {
    attributes ||= text.includes('SCHILY.xattr.');
  });
  try {
    feed(parser, diff.path);
    writer.finish();
  } catch (cause) {
    throw diffFailed('rootfs-diff.tar', cause);
  }
  return attributes ? ['extended attributes of changed files, such as file capabilities, are not carried over'] : [];
}

function feed(parser: Parser, path: string): void {
  const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    const chunk = Buffer.allocUnsafe(CHUNK);
    for (let read = readSync(file, chunk); read > 0; read = readSync(file, chunk)) {
      // The parser keeps what it has not worked through yet.
      parser.write(Buffer.from(chunk.subarray(0, read)));
    }
    parser.end();
  } finally {
    closeSync(file);
  }
}

function tooLarge(entries: number, bytes: number): ThawError {
  return new ThawError('ROOTFS_DIFF_FAILED', {
    message: `rootfs-diff.tar has more than ${MAX_ENTRIES} files or ${MAX_BYTES} bytes`,
    next: 'let the container write such amounts into a volume',
    facts: { entries, bytes },
  });
}
