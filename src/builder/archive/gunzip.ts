import { crc32, createInflateRaw } from 'node:zlib';
import type { ChunkReader } from './chunk-reader.ts';
import { DECODED_CHUNK, decode } from './decode.ts';
import { compressionByMagic, MAGIC_LENGTH } from './magic.ts';
import { corrupt, type Place } from './place.ts';
import { streamCut } from './shortfall.ts';

/**
 * Decompresses a gzip file, member after member (RFC 1952, 2.2), and stops at the first bytes that begin none, which the
 * reader still has. Node's Gunzip cannot tell where its stream ended, and loses data when something else stands behind.
 * ARCHIVE_TRUNCATED, ARCHIVE_CORRUPT.
 */
export async function* gunzip(reader: ChunkReader, place: Place): AsyncGenerator<Buffer, void> {
  do {
    await readHeader(reader, place);
    yield* inflateMember(reader, place);
  } while (await isNext(reader));
}

async function isNext(reader: ChunkReader): Promise<boolean> {
  const magic = await reader.take(MAGIC_LENGTH);
  reader.giveBack(magic);
  return compressionByMagic(magic) === 'gzip';
}

/** Optional parts of the header, by their flag bits. */
const HEADER_CRC = 0x02;
const EXTRA = 0x04;
const NAME = 0x08;
const COMMENT = 0x10;
const RESERVED = 0xe0;

async function readHeader(reader: ChunkReader, place: Place): Promise<void> {
  const offset = reader.offset;
  const fixed = await takeAll(reader, 10, place);
  const flags = fixed[3] ?? 0;
  if (fixed[2] !== 8 || (flags & RESERVED) !== 0) throw corrupt(place, offset, 'a gzip header of an unknown kind');
  if (flags & EXTRA) await takeAll(reader, (await takeAll(reader, 2, place)).readUInt16LE(), place);
  if (flags & NAME) await skipText(reader, place);
  if (flags & COMMENT) await skipText(reader, place);
  if (flags & HEADER_CRC) await takeAll(reader, 2, place);
}

async function skipText(reader: ChunkReader, place: Place): Promise<void> {
  for (;;) {
    const chunk = await reader.next();
    if (chunk === undefined) throw streamCut(place, reader.offset);
    const nul = chunk.indexOf(0);
    if (nul === -1) continue;
    reader.giveBack(chunk.subarray(nul + 1));
    return;
  }
}

async function* inflateMember(reader: ChunkReader, place: Place): AsyncGenerator<Buffer, void> {
  const inflate = createInflateRaw({ chunkSize: DECODED_CHUNK });
  let last: Buffer = Buffer.alloc(0);
  let given = 0;
  let sum = 0;
  let size = 0;
  const next = async (): Promise<Buffer | undefined> => {
    const chunk = await reader.next();
    if (chunk !== undefined) last = chunk;
    given += chunk?.length ?? 0;
    return chunk;
  };
  for await (const chunk of decode(inflate, next)) {
    sum = crc32(chunk, sum);
    size += chunk.length;
    yield chunk;
  }
  const left = given - inflate.bytesWritten;
  if (left > 0) reader.giveBack(last.subarray(last.length - left));
  const trailer = await takeAll(reader, 8, place);
  if (trailer.readUInt32LE(0) !== sum || trailer.readUInt32LE(4) !== size % 2 ** 32)
    throw corrupt(place, reader.offset - 8, 'a gzip checksum that does not fit the data');
}

async function takeAll(reader: ChunkReader, length: number, place: Place): Promise<Buffer> {
  const bytes = await reader.take(length);
  if (bytes.length < length) throw streamCut(place, reader.offset);
  return bytes;
}
