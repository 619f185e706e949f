import test from 'ava';
import { CHUNK_BYTES, recycleChunk, takeChunk } from '../../src/oci/chunk-pool.ts';

test('a chunk that was given back is used again', (t) => {
  const chunk = takeChunk();
  t.is(chunk.length, CHUNK_BYTES);
  recycleChunk(chunk);
  t.is(takeChunk().buffer, chunk.buffer);
});

test('no chunk has two users, even when it is given back twice', (t) => {
  const chunk = takeChunk();
  recycleChunk(chunk);
  recycleChunk(chunk);
  const users = [takeChunk(), takeChunk(), takeChunk()];
  t.is(new Set(users.map(({ buffer }) => buffer)).size, users.length);
});

test('a part of a chunk, and a buffer from elsewhere, are passed over', (t) => {
  const chunk = takeChunk();
  recycleChunk(chunk.subarray(1));
  const foreign = Buffer.alloc(CHUNK_BYTES);
  recycleChunk(foreign);
  const next = takeChunk();
  t.not(next.buffer, chunk.buffer);
  t.not(next.buffer, foreign.buffer);
});
