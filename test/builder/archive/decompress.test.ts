import { constants, crc32, deflateRawSync, gzipSync, zstdCompressSync } from 'node:zlib';
import test, { type ExecutionContext } from 'ava';
import fc from 'fast-check';
import { decompress } from '../../../src/builder/archive/decompress.ts';
import { ARCHIVE_LIMITS } from '../../../src/builder/archive/limits.ts';
import { collect } from '../../helpers/collect.ts';
import { throwsCode } from '../../helpers/throws.ts';

const DATA = Buffer.from('memory of a process, '.repeat(500));
const FORMS = ['gzip', 'zstd'] as const;
type Form = (typeof FORMS)[number];
const PACK = { gzip: gzipSync, zstd: zstdCompressSync } as const;

/** Decompresses bytes that come in chunks of this many; says where the stream ended when something stands behind. */
async function unpack(compression: Form, bytes: Buffer, chunk = bytes.length) {
  const found: { stale?: number } = {};
  const onStale = (end: number): void => {
    found.stale = end;
  };
  const chunks = cut(bytes, chunk);
  const data = await collect(
    decompress({ chunks, compression, place: { path: 'a' }, limits: ARCHIVE_LIMITS, onStale }),
  );
  return { data, ...found };
}

async function* cut(bytes: Buffer, length: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
}

for (const form of FORMS) {
  test(`${form}: streams behind each other, cut into any chunks, are all read, and what stands behind them is found`, async (t) => {
    const parts = fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 4 });
    const tails = fc.constantFrom('', 'x', 'tail', '\0\0\0\0\0\0');
    await fc.assert(
      fc.asyncProperty(parts, tails, fc.integer({ min: 1, max: 200 }), async (pieces, tail, chunk) => {
        const packed = Buffer.concat(pieces.map((piece) => PACK[form](piece)));
        const { data, stale } = await unpack(form, Buffer.concat([packed, Buffer.from(tail)]), chunk);
        t.true(data.equals(Buffer.concat(pieces)));
        t.is(stale, tail === '' ? undefined : packed.length);
      }),
      { numRuns: 60 },
    );
  });

  test(`${form}: a fault of the source comes through as it is`, async (t) => {
    const fault = new Error('the disk is gone');
    const failing = async function* (): AsyncGenerator<Buffer> {
      yield PACK[form](DATA).subarray(0, 30);
      throw fault;
    };
    const stream = decompress({ chunks: failing(), compression: form, place: { path: 'a' }, limits: ARCHIVE_LIMITS });
    t.is(await t.throwsAsync(collect(stream)), fault);
  });

  test(`${form}: the source is closed when nobody wants more`, async (t) => {
    let isClosed = false;
    const chunks = async function* (): AsyncGenerator<Buffer> {
      try {
        for (;;) yield PACK[form](DATA);
      } finally {
        isClosed = true;
      }
    };
    for await (const chunk of decompress({
      chunks: chunks(),
      compression: form,
      place: { path: 'a' },
      limits: ARCHIVE_LIMITS,
    })) {
      t.true(chunk.length > 0);
      break;
    }
    t.true(isClosed);
  });
}

test('gzip: every optional part of a header is passed over', async (t) => {
  const parts: readonly (readonly [flags: number, fields: string])[] = [
    [0x04, '\x05\x00extra'],
    [0x08, 'web.tar\0'],
    [0x10, 'a comment\0'],
    [0x02, 'cc'],
    [0x1e, '\x00\x00name\0comment\0cc'],
  ];
  for (const [flags, fields] of parts) {
    for (const chunk of [1, 7, 1000]) t.true((await unpack('gzip', gzipWith(flags, fields), chunk)).data.equals(DATA));
  }
});

const CHECKED = { params: { [constants.ZSTD_c_checksumFlag]: 1 } };

const corrupt = test.macro({
  exec: async (t: ExecutionContext, form: Form, bytes: Buffer) => {
    await throwsCode(t, 'ARCHIVE_CORRUPT', () => unpack(form, bytes));
  },
  title: (about = '') => `corrupt: ${about}`,
});

test('a gzip header of an unknown method', corrupt, 'gzip', patched(gzipSync(DATA), 2, 7));
test('a gzip header with a reserved flag', corrupt, 'gzip', patched(gzipSync(DATA), 3, 0x20));
test('gzip data that does not inflate', corrupt, 'gzip', patched(gzipSync(DATA), 10, 0xff));
test('a gzip checksum that does not fit', corrupt, 'gzip', flipped(gzipSync(DATA), -8));
test('a gzip length that does not fit', corrupt, 'gzip', flipped(gzipSync(DATA), -4));
test('a zstd block of the reserved kind', corrupt, 'zstd', Buffer.from('28b52ffd0000070000', 'hex'));
test('a zstd checksum that does not fit', corrupt, 'zstd', flipped(zstdCompressSync(DATA, CHECKED), -1));
test('a zstd window larger than what is given to it', corrupt, 'zstd', Buffer.from('28b52ffd00f8010000', 'hex'));

const truncated = test.macro({
  exec: async (t: ExecutionContext, form: Form, bytes: Buffer) => {
    const error = await throwsCode(t, 'ARCHIVE_TRUNCATED', () => unpack(form, bytes));
    t.is(error?.facts['size'], bytes.length);
  },
  title: (about = '') => `truncated: ${about}`,
});

test('a gzip header', truncated, 'gzip', gzipSync(DATA).subarray(0, 9));
test('the name in a gzip header', truncated, 'gzip', gzipWith(0x08, 'web.tar').subarray(0, 14));
test('gzip data', truncated, 'gzip', gzipSync(DATA).subarray(0, 40));
test('a gzip trailer', truncated, 'gzip', gzipSync(DATA).subarray(0, -1));
test('a zstd header', truncated, 'zstd', zstdCompressSync(DATA).subarray(0, 5));
test('a zstd block', truncated, 'zstd', zstdCompressSync(DATA).subarray(0, -3));
test('a zstd frame that holds no data', truncated, 'zstd', Buffer.from('502a4d1808000000616263', 'hex'));

test('zstd: frames that hold no data are passed over', async (t) => {
  const skippable = Buffer.from('5f2a4d180400000061626364', 'hex');
  const bytes = Buffer.concat([skippable, zstdCompressSync(DATA), skippable, zstdCompressSync(DATA), skippable]);
  for (const chunk of [1, 100, bytes.length]) {
    const { data, stale } = await unpack('zstd', bytes, chunk);
    t.true(data.equals(Buffer.concat([DATA, DATA])));
    t.is(stale, undefined);
  }
});

test('the ratio counts only behind its threshold', async (t) => {
  const bytes = gzipSync(Buffer.alloc(2 ** 20));
  const bomb = (ratioFrom: number) =>
    collect(
      decompress({
        chunks: cut(bytes, bytes.length),
        compression: 'gzip',
        place: { path: 'a', member: 'rootfs-diff.tar' },
        limits: { ...ARCHIVE_LIMITS, ratioFrom },
      }),
    );
  t.is((await bomb(2 ** 20)).length, 2 ** 20);
  const error = await throwsCode(t, 'DECOMPRESSION_BOMB', () => bomb(2 ** 19));
  t.like(error?.facts, { path: 'a', member: 'rootfs-diff.tar', ratioLimit: 500 });
});

/** A gzip file whose header has these flags and fields. */
function gzipWith(flags: number, fields: string): Buffer {
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(crc32(DATA), 0);
  trailer.writeUInt32LE(DATA.length, 4);
  const header = Buffer.from([0x1f, 0x8b, 8, flags, 0, 0, 0, 0, 0, 3]);
  return Buffer.concat([header, Buffer.from(fields, 'latin1'), deflateRawSync(DATA), trailer]);
}

function patched(bytes: Buffer, offset: number, value: number): Buffer {
  bytes[offset] = value;
  return bytes;
}

function flipped(bytes: Buffer, offset: number): Buffer {
  const at = offset < 0 ? bytes.length + offset : offset;
  return patched(bytes, at, (bytes[at] ?? 0) ^ 0xff);
}
