import { readFileSync } from 'node:fs';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { Parser, type ReadEntry } from 'tar';
import type { CheckpointFiles } from '../../src/checkpoint/files.ts';
import type { Member, MemberType } from '../../src/checkpoint/member.ts';

/** An archive read whole into memory by the tar package: an oracle that shares no code with the archive reader. */
export interface LoadedArchive extends CheckpointFiles {
  readonly members: readonly Member[];
  /** Every file's data by its name; tests may change it. */
  readonly data: Map<string, Buffer>;
}

const TYPES: Readonly<Record<string, MemberType>> = {
  File: 'file',
  OldFile: 'file',
  Directory: 'directory',
  SymbolicLink: 'symlink',
  Link: 'hardlink',
  CharacterDevice: 'device',
  BlockDevice: 'device',
};

/** Loads an archive from a file, compressed or not. */
export function loadArchive(path: string): Promise<LoadedArchive> {
  return loadTar(decompress(readFileSync(path)));
}

/** Loads an archive from its bytes. */
export async function loadTar(bytes: Buffer): Promise<LoadedArchive> {
  const members: Member[] = [];
  const data = new Map<string, Buffer>();
  const reads: Promise<unknown>[] = [];
  const parser = new Parser({ strict: true });
  parser.on('entry', (entry: ReadEntry) => {
    const member = memberOf(entry);
    members.push(member);
    if (member.type !== 'file') entry.resume();
    else reads.push(entry.concat().then((content) => data.set(member.name, content)));
  });
  await new Promise((resolve, reject) => {
    parser.on('end', resolve).on('error', reject);
    parser.end(bytes);
  });
  await Promise.all(reads);
  return { members, data, read: (name) => Promise.resolve(data.get(name)) };
}

function decompress(bytes: Buffer): Buffer {
  if (bytes.readUInt16BE(0) === 0x1f8b) return gunzipSync(bytes);
  if (bytes.readUInt32LE(0) === 0xfd2fb528) return zstdDecompressSync(bytes);
  return bytes;
}

/** Where a member stands in the archive is no business of these tests. */
function memberOf(entry: ReadEntry): Member {
  return {
    name: entry.path.replace(/^\.\//, '').replace(/\/$/, ''),
    rawName: entry.path,
    type: TYPES[entry.type] ?? 'other',
    ...(entry.linkpath ? { linkName: entry.linkpath } : {}),
    size: entry.size,
    mode: entry.mode ?? 0,
    uid: entry.uid ?? 0,
    gid: entry.gid ?? 0,
    mtime: entry.mtime?.getTime() ?? 0,
    start: 0,
    data: 0,
    end: 0,
  };
}
