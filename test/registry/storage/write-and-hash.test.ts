import { createHash, randomBytes } from 'node:crypto';
import { type FileHandle, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import fc from 'fast-check';
import { writeAndHash } from '../../../src/registry/storage/write-and-hash.ts';
import { temporaryFolder } from '../../helpers/fixtures.ts';

async function* pieces(chunks: readonly Uint8Array[], failure?: Error): AsyncGenerator<Uint8Array> {
  yield* chunks;
  if (failure) throw failure;
}

test('whatever the sizes of the chunks, the file and the hash are those of the body', async (t) => {
  const folder = await temporaryFolder(t);
  const sizes = fc.array(fc.oneof(fc.nat(2000), fc.nat(1_500_000)), { maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(sizes, async (lengths) => {
      const chunks = lengths.map((length) => randomBytes(length));
      const handle = await open(join(folder, 'data'), 'w+');
      await handle.write('head');
      const hash = createHash('sha256').update('head');
      const written = await writeAndHash(handle, 4, pieces(chunks), hash);
      await handle.close();
      const wanted = Buffer.concat([Buffer.from('head'), ...chunks]);
      t.deepEqual(written, { size: wanted.length });
      t.true((await readFile(join(folder, 'data'))).equals(wanted));
      t.is(hash.digest('hex'), createHash('sha256').update(wanted).digest('hex'));
    }),
    { numRuns: 30 },
  );
});

test('a body that breaks off keeps what arrived', async (t) => {
  const path = join(await temporaryFolder(t), 'data');
  const handle = await open(path, 'w+');
  const failure = new Error('gone');
  const written = await writeAndHash(handle, 0, pieces([Buffer.from('arrived')], failure), undefined);
  await handle.close();
  t.deepEqual(written, { size: 7, broken: { error: failure } });
  t.is(await readFile(path, 'utf8'), 'arrived');
});

test('a write that takes only a part is gone on with', async (t) => {
  const path = join(await temporaryFolder(t), 'data');
  const handle = await open(path, 'w+');
  const slow = {
    writev: ([first]: Uint8Array[], at: number) =>
      handle.write(first ?? Buffer.alloc(0), 0, Math.min(3, first?.length ?? 0), at),
  } as unknown as FileHandle;
  await writeAndHash(slow, 0, pieces([Buffer.from('hello '), Buffer.from('world')]), undefined);
  await handle.close();
  t.is(await readFile(path, 'utf8'), 'hello world');
});

for (const call of ['writev', 'datasync'] as const) {
  test(`a ${call} that fails in the background fails the whole`, async (t) => {
    const handle = {
      writev: async (chunks: Uint8Array[]) => ({ bytesWritten: chunks.reduce((sum, { length }) => sum + length, 0) }),
      datasync: async () => {},
      [call]: async () => {
        throw Object.assign(new Error('no room'), { code: 'ENOSPC' });
      },
    } as unknown as FileHandle;
    const chunks = Array.from({ length: 80 }, () => Buffer.allocUnsafe(1024 * 1024));
    await t.throwsAsync(writeAndHash(handle, 0, pieces(chunks), undefined), { message: 'no room' });
  });
}
