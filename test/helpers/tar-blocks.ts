import { spawnSync } from 'node:child_process';
import { Header } from 'tar';

const BLOCK = 512;

/** A header block to be made; what the `tar` package would not write is patched in: see `patch`. */
export interface BlockOptions {
  readonly path?: string;
  /** The type flag as a character. */
  readonly flag?: string;
  readonly size?: number;
  readonly linkpath?: string;
  /** Bytes to write over the header, by their offset; the checksum is made to fit afterwards. */
  readonly patch?: Readonly<Record<number, string | Uint8Array>>;
}

/** One valid header block. */
export function headerBlock({ path = 'a', flag = '0', size = 0, linkpath, patch = {} }: BlockOptions = {}): Buffer {
  const block = Buffer.alloc(BLOCK);
  new Header({ path, size, mode: 0o644, uid: 0, gid: 0, mtime: new Date(0), ...(linkpath && { linkpath }) }).encode(
    block,
  );
  block.write(flag, 156, 'latin1');
  for (const [offset, bytes] of Object.entries(patch))
    block.set(Buffer.from(bytes as string, 'latin1'), Number(offset));
  return withChecksum(block);
}

/** A header and its data, padded. */
export function memberBlocks(options: BlockOptions = {}, data: string | Uint8Array = ''): Buffer {
  const bytes = Buffer.from(data as string);
  return Buffer.concat([headerBlock({ size: bytes.length, ...options }), bytes, padding(bytes.length)]);
}

/** A pax extended header with these records as they are. */
export function paxBlocks(records: string | Uint8Array): Buffer {
  return memberBlocks({ path: 'PaxHeaders/a', flag: 'x' }, Buffer.from(records as string, 'latin1'));
}

/** One well-formed pax record. */
export function paxRecord(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  const lengthOf = (digits: number): number => Buffer.byteLength(rest) + digits;
  const digits = String(lengthOf(String(lengthOf(1)).length)).length;
  return `${lengthOf(digits)}${rest}`;
}

/** Blocks with an end mark behind them. */
export function tarOf(...blocks: readonly Uint8Array[]): Buffer {
  return Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK)]);
}

/** Computes a header's checksum anew. */
export function withChecksum(block: Buffer): Buffer {
  block.fill(' ', 148, 156);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return block;
}

/** What GNU tar lists of an archive: an independent reader to compare with. */
export interface Listed {
  readonly letter: string;
  readonly size: number;
  readonly mtime: string;
  readonly name: string;
  /** Where GNU tar saw the header: of a GNU long name the first block, else the member's own header. */
  readonly offset: number;
}

/** Lists an archive with GNU tar. */
export function gnuTarList(path: string): Listed[] {
  const options = ['--numeric-owner', '--full-time', '--quoting-style=escape', '--show-stored-names', '-tvRf', path];
  const { stdout, status, stderr } = spawnSync('tar', options, {
    encoding: 'utf8',
    env: { ...process.env, TZ: 'UTC', LC_ALL: 'C.UTF-8' },
    maxBuffer: 2 ** 26,
  });
  if (status !== 0) throw new Error(`tar: ${stderr}`);
  return stdout.split('\n').flatMap((line) => listed(line) ?? []);
}

const LINE =
  /^block (?<block>\d+): (?<letter>.)\S+ \S+ +(?<size>\d+) (?<day>\S+) (?<time>[0-9:]{8})\S* +(?<name>.+?)(?: -> .*| link to .*)?$/;

function listed(line: string): Listed | undefined {
  const groups = LINE.exec(line)?.groups;
  if (groups === undefined) return undefined;
  const { block, letter = '', size, day, time, name = '' } = groups;
  const mtime = `${day}T${time}Z`;
  return { letter, size: Number(size), mtime, name, offset: Number(block) * BLOCK };
}

function padding(length: number): Buffer {
  return Buffer.alloc((BLOCK - (length % BLOCK)) % BLOCK);
}
