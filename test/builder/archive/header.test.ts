import test from 'ava';
import { isHeader, isZero, parseHeader } from '../../../src/builder/archive/header.ts';
import { type BlockOptions, headerBlock, withChecksum } from '../../helpers/tar-blocks.ts';
import { throwsCode } from '../../helpers/throws.ts';

const parse = (options: BlockOptions) => parseHeader(headerBlock(options), 1024, { path: 'a.tar' });

const GNU = { 257: 'ustar  \0' };
const V7 = { 257: '\0\0\0\0\0\0\0\0' };

test('a header gives name, flag, size, mode, owner and time', (t) => {
  const block = headerBlock({
    path: 'spec.dump',
    size: 7,
    patch: { 100: '0100600\0', 108: '0000012\0', 136: '00000000017\0' },
  });
  t.deepEqual(parseHeader(block, 0, { path: 'a.tar' }), {
    flag: '0',
    rawName: 'spec.dump',
    linkName: '',
    size: 7,
    mode: 0o600,
    uid: 10,
    gid: 0,
    mtime: 15_000,
  });
});

test('a ustar prefix goes in front of the name', (t) => {
  t.is(parse({ patch: { 345: 'checkpoint/deep' } }).rawName, 'checkpoint/deep/a');
});

test('a prefix of 155 bytes goes in front of the name', (t) => {
  t.is(parse({ patch: { 345: 'p'.repeat(155) } }).rawName, `${'p'.repeat(155)}/a`);
});

test('GNU headers have times where ustar has the prefix', (t) => {
  t.is(parse({ patch: { ...GNU, 345: '00000000017\0' } }).rawName, 'a');
});

test('headers from before POSIX have no prefix', (t) => {
  t.is(parse({ patch: { ...V7, 345: 'nothing' } }).rawName, 'a');
});

test('a name of 100 bytes needs no NUL', (t) => {
  t.is(parse({ patch: { 0: 'n'.repeat(100) } }).rawName, 'n'.repeat(100));
});

test('what stands behind the NUL of a name is not part of it', (t) => {
  t.is(parse({ patch: { 0: 'a\0b\nc' } }).rawName, 'a');
});

test('a character that is cut between prefix and name stays what it is', (t) => {
  t.is(parse({ patch: { 0: '\xa9', 345: '\xc3' } }).rawName.length, 3);
});

test('sizes of 8 GiB and more are base-256', (t) => {
  t.is(parse({ size: 2 ** 40 }).size, 2 ** 40);
});

test('a time before 1970 is base-256', (t) => {
  t.is(parse({ patch: { 136: Buffer.alloc(12, 0xff) } }).mtime, -1000);
});

test('numbers that are all NUL are zero', (t) => {
  const { size, mode, mtime } = parse({ patch: { 100: '\0'.repeat(8), 124: '\0'.repeat(24) } });
  t.deepEqual([size, mode, mtime], [0, 0, 0]);
});

test('a size of twelve digits needs no NUL', (t) => {
  t.is(parse({ patch: { 124: '000000001000' } }).size, 512);
});

const corrupt = test.macro({
  exec: async (t, patch: BlockOptions['patch']) => {
    const error = await throwsCode(t, 'ARCHIVE_CORRUPT', () => parse({ patch: patch ?? {} }));
    t.like(error?.facts, { path: 'a.tar', offset: 1024 });
  },
  title: (about = '') => `corrupt: ${about}`,
});

test('a size with a digit that is not octal', corrupt, { 124: '00000000008\0' });
test('a size with something behind its NUL', corrupt, { 124: '0000001\0abcd' });
test('a size with spaces between digits', corrupt, { 124: '0000 000001\0' });
test('a size in hexadecimal', corrupt, { 124: '0x000000001\0' });
test('a signed size', corrupt, { 124: '-0000000001\0' });
test('a negative base-256 size', corrupt, { 124: Buffer.alloc(12, 0xff) });
test('a base-256 size beyond 64 bits', corrupt, { 124: Buffer.from([0x80, ...Buffer.alloc(11, 0xff)]) });
test('a base-256 size beyond safe integers', corrupt, {
  124: Buffer.from([0x80, 0, 0, 0, 0x7f, ...Buffer.alloc(7, 0xff)]),
});
test('a base-256 size with a leading byte that only some read', corrupt, {
  124: Buffer.from([0x81, ...Buffer.alloc(11)]),
});
test('a mode that is no number', corrupt, { 100: 'rw-r--r-' });
test('an owner that is no number', corrupt, { 108: 'root\0\0\0\0' });
test('a group that is no number', corrupt, { 116: 'root\0\0\0\0' });
test('a time that is no number', corrupt, { 136: 'yesterday\0\0\0' });
test('a time beyond all bounds', corrupt, { 136: Buffer.from([0x80, 0, 0, 0, 0, 0, 0x0f, ...Buffer.alloc(5, 0xff)]) });
test('a device number that is none', corrupt, { 329: 'sda\0\0\0\0\0' });
test('a GNU access time that readers take for a prefix', corrupt, { ...GNU, 345: 'checkpoint' });
test('a GNU change time that readers take for a prefix', corrupt, { ...GNU, 357: 'checkpoint' });
test('a version of ustar that only some read a prefix for', corrupt, { 263: '99' });
test("star's shorter prefix", corrupt, { 345: 'p'.repeat(155), 508: 'tar\0' });

test('a checksum that does not fit is corrupt', async (t) => {
  const block = headerBlock();
  block[0] = 0x62;
  t.false(isHeader(block));
  await throwsCode(t, 'ARCHIVE_CORRUPT', () => parseHeader(block, 0, { path: 'a.tar' }));
});

test('a checksum with something behind its digits is corrupt', async (t) => {
  const block = withChecksum(headerBlock());
  block.write('x', 155, 'latin1');
  await throwsCode(t, 'ARCHIVE_CORRUPT', () => parseHeader(block, 0, { path: 'a.tar' }));
});

test('a block is zero only when each of its bytes is', (t) => {
  const block = Buffer.alloc(2 ** 17 + 3);
  t.true(isZero(block));
  t.true(isZero(block.subarray(0, 0)));
  for (const offset of [0, 148, 511, 2 ** 16, block.length - 1]) {
    block[offset] = 1;
    t.false(isZero(block), `byte ${offset}`);
    block[offset] = 0;
  }
});
