import test from 'ava';
import { parsePax } from '../../../src/builder/archive/pax.ts';
import { paxRecord } from '../../helpers/tar-blocks.ts';
import { throwsCode } from '../../helpers/throws.ts';

const parse = (records: string) => parsePax(Buffer.from(records, 'latin1'), 512, { path: 'a.tar' });

test('records give path, link, size, owner and time', (t) => {
  const records = [
    paxRecord('path', 'checkpoint/pages-1.img'),
    paxRecord('linkpath', 'b'),
    paxRecord('size', '8589934592'),
    paxRecord('uid', '3000000'),
    paxRecord('gid', '4000000'),
    paxRecord('mtime', '1700000000.25'),
    paxRecord('comment', 'any=thing'),
  ].join('');
  t.deepEqual(parse(records), {
    path: 'checkpoint/pages-1.img',
    linkPath: 'b',
    size: 8589934592,
    uid: 3_000_000,
    gid: 4_000_000,
    mtime: 1_700_000_000_250,
    sparse: false,
  });
});

test('an extended attribute may hold NUL bytes, newlines and what looks like another record', (t) => {
  const value = `\x01\0\n${paxRecord('path', '../../etc/passwd')}\xff`;
  t.deepEqual(parse(paxRecord('SCHILY.xattr.user.a', 'x') + latin1Record('SCHILY.xattr.security.capability', value)), {
    sparse: false,
  });
});

test('a newline in a path belongs to the path', (t) => {
  t.is(parse(paxRecord('path', 'a\n12 path=b\nc')).path, 'a\n12 path=b\nc');
});

test('GNU.sparse keys mark a member whose data is not its content', (t) => {
  t.true(parse(paxRecord('GNU.sparse.major', '1')).sparse);
});

test('the last of two records of one key counts', (t) => {
  t.is(parse(paxRecord('path', 'a') + paxRecord('path', 'b')).path, 'b');
});

test('an empty body says nothing', (t) => {
  t.deepEqual(parse(''), { sparse: false });
});

const malformed = test.macro({
  exec: async (t, records: string) => {
    const error = await throwsCode(t, 'ARCHIVE_CORRUPT', () => parse(records));
    t.is(error?.facts['path'], 'a.tar');
  },
  title: (about = '') => `corrupt: ${about}`,
});

test('a length that is too short', malformed, '9 path=abc\n');
test('a length that is too long', malformed, '13 path=abc\n');
test('a length that is no number', malformed, 'x path=abc\n');
test('a length with a leading zero', malformed, '013 path=abc\n');
test('a length of zero', malformed, '0 path=abc\n');
test('no newline at the end', malformed, '12 path=abc ');
test('no equals sign', malformed, '11 pathabc\n');
test('no key', malformed, '7 =abc\n');
test('padding behind the last record', malformed, `${paxRecord('path', 'abc')}\0\0`);
test('a NUL in a path', malformed, paxRecord('path', 'a\0b'));
test('a NUL in a link', malformed, paxRecord('linkpath', 'a\0b'));
test('a NUL in a user name', malformed, paxRecord('uname', 'a\0b'));
test('a NUL in a key', malformed, paxRecord('pa\0th', 'a'));
test('an empty path', malformed, paxRecord('path', ''));
test('an empty link', malformed, paxRecord('linkpath', ''));
test('a negative size', malformed, paxRecord('size', '-1'));
test('a size in hexadecimal', malformed, paxRecord('size', '0x10'));
test('a size with an exponent', malformed, paxRecord('size', '1e3'));
test('an empty size', malformed, paxRecord('size', ''));
test('a size beyond safe integers', malformed, paxRecord('size', '9007199254740993'));
test('a second name', malformed, paxRecord('GNU.sparse.name', 'b'));
test('an owner that is no number', malformed, paxRecord('uid', 'root'));
test('a time that is no number', malformed, paxRecord('mtime', 'now'));

function latin1Record(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  return `${rest.length + String(rest.length + 2).length}${rest}`;
}
