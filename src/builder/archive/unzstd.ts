import { createZstdDecompress } from 'node:zlib';
import type { ChunkReader } from './chunk-reader.ts';
import { DECODED_CHUNK, decode } from './decode.ts';
import { compressionByMagic, isSkippable, MAGIC_LENGTH } from './magic.ts';
import { corrupt, type Place } from './place.ts';
import { streamCut } from './shortfall.ts';

/**
 * Decompresses a zstd file, frame after frame (RFC 8878, 3.1), and stops at the first bytes that begin none, which the
 * reader still has. Node's decompressor drops, without a word, a second frame that begins in the chunk where the first
 * one ends; so the frames are cut here, by their block headers, and each gets a decompressor of its own.
 * ARCHIVE_TRUNCATED, ARCHIVE_CORRUPT.
 */
export async function* unzstd(reader: ChunkReader, place: Place): AsyncGenerator<Buffer, void> {
  for (;;) {
    const magic = await reader.take(MAGIC_LENGTH);
    if (compressionByMagic(magic) !== 'zstd') {
      reader.giveBack(magic);
      return;
    }
    if (isSkippable(magic.readUInt32LE())) {
      await skip(reader, (await takeAll(reader, 4, place)).readUInt32LE(), place);
      continue;
    }
    const parts = frameParts(reader, magic, place);
    yield* decode(createZstdDecompress({ chunkSize: DECODED_CHUNK }), async () => {
      const part = await parts.next();
      return part.done === true ? undefined : part.value;
    });
  }
}

async function skip(reader: ChunkReader, length: number, place: Place): Promise<void> {
  let missing = length;
  while (missing > 0) missing -= (await takeAll(reader, Math.min(missing, PART), place)).length;
}

/** Bytes that go to the decompressor together, at least: each call costs a turn of the thread pool. */
const PART = 2 ** 16;

/** The bytes of one frame, whole blocks together. */
async function* frameParts(reader: ChunkReader, magic: Buffer, place: Place): AsyncGenerator<Buffer, void> {
  const header = await frameHeader(reader, place);
  let parts = [magic, header.bytes];
  for (;;) {
    const block = await takeBlock(reader, place);
    parts.push(...block.parts);
    if (block.isLast) break;
    if (parts.reduce((sum, { length }) => sum + length, 0) < PART) continue;
    yield Buffer.concat(parts);
    parts = [];
  }
  if (header.hasChecksum) parts.push(await takeAll(reader, 4, place));
  yield Buffer.concat(parts);
}

/** RFC 8878, 3.1.1.1: the descriptor tells which fields follow it. */
async function frameHeader(reader: ChunkReader, place: Place): Promise<{ bytes: Buffer; hasChecksum: boolean }> {
  const descriptor = await takeAll(reader, 1, place);
  const bits = descriptor[0] ?? 0;
  const isSingleSegment = (bits & 0x20) !== 0;
  const window = isSingleSegment ? 0 : 1;
  const dictionary = [0, 1, 2, 4][bits & 3] ?? 0;
  const contentSize = [isSingleSegment ? 1 : 0, 2, 4, 8][bits >> 6] ?? 0;
  const rest = await takeAll(reader, window + dictionary + contentSize, place);
  return { bytes: Buffer.concat([descriptor, rest]), hasChecksum: (bits & 4) !== 0 };
}

/** RFC 8878, 3.1.1.2: three bytes of last, type and size; a run-length block has one byte of data whatever its size. */
async function takeBlock(reader: ChunkReader, place: Place): Promise<{ parts: Buffer[]; isLast: boolean }> {
  const header = await takeAll(reader, 3, place);
  const bits = header.readUIntLE(0, 3);
  const type = (bits >> 1) & 3;
  if (type === 3) throw corrupt(place, reader.offset - 3, 'a zstd block of an unknown kind');
  const data = await takeAll(reader, type === 1 ? 1 : bits >> 3, place);
  return { parts: [header, data], isLast: (bits & 1) === 1 };
}

async function takeAll(reader: ChunkReader, length: number, place: Place): Promise<Buffer> {
  const bytes = await reader.take(length);
  if (bytes.length < length) throw streamCut(place, reader.offset);
  return bytes;
}
