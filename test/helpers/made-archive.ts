import { Header } from 'tar';
import type { Archive } from '../../src/builder/archive/archive.ts';
import type { Member } from '../../src/checkpoint/member.ts';

const BLOCK = 512;
const MTIME = 1_700_000_000_000;

/** A member to be made: a name that ends in `/` makes a folder. */
export interface Entry {
  readonly name: string;
  readonly data?: Uint8Array;
  readonly mode?: number;
}

/** A real ustar archive in memory, and its members. `trailing` zeros pad it like tar's blocking factor does. */
export function makeArchive(entries: readonly Entry[]): { bytes: Buffer; members: Member[] } {
  const chunks: Buffer[] = [];
  const members: Member[] = [];
  let offset = 0;
  for (const entry of entries) {
    const made = makeMember(entry, offset);
    chunks.push(made.bytes);
    members.push(made.member);
    offset = made.member.end;
  }
  chunks.push(Buffer.alloc(2 * BLOCK));
  return { bytes: Buffer.concat(chunks), members };
}

/** An opened archive over bytes in memory, read in chunks of `chunk` bytes. */
export function archiveOf(
  { bytes, members }: { bytes: Buffer; members: readonly Member[] },
  { chunk = 64 * 1024, ...overrides }: Partial<Archive> & { chunk?: number } = {},
): Archive {
  return {
    path: '/mnt/checkpoints/made.tar',
    compression: 'none',
    fileSize: bytes.length,
    members,
    size: bytes.length,
    warnings: [],
    read: async () => undefined,
    bytes: (start, end, signal) => slices(bytes.subarray(start, end), chunk, signal),
    fileBytes: (offset, signal) => slices(bytes.subarray(offset), chunk, signal),
    assertUnchanged: async () => {},
    close: async () => {},
    ...overrides,
  };
}

async function* slices(bytes: Buffer, chunk: number, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += chunk) {
    signal?.throwIfAborted();
    yield bytes.subarray(start, start + chunk);
  }
}

function makeMember({ name, data = new Uint8Array(), mode }: Entry, start: number): { bytes: Buffer; member: Member } {
  const folder = name.endsWith('/');
  const bytes = Buffer.alloc(BLOCK + Math.ceil(data.length / BLOCK) * BLOCK);
  const facts = { mode: mode ?? (folder ? 0o700 : 0o600), uid: 0, gid: 0, size: data.length };
  const header = new Header({ path: name, type: folder ? 'Directory' : 'File', mtime: new Date(MTIME), ...facts });
  header.encode(bytes, 0);
  bytes.set(data, BLOCK);
  const member: Member = {
    ...facts,
    name: name.replace(/\/$/, ''),
    rawName: name,
    type: folder ? 'directory' : 'file',
    mtime: MTIME,
    start,
    data: start + BLOCK,
    end: start + bytes.length,
  };
  return { bytes, member };
}
