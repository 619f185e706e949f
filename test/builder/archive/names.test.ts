import test from 'ava';
import { decodeName, plainName, untilNul } from '../../../src/builder/archive/names.ts';

const plain = test.macro({
  exec: (t, rawName: string, isDirectory: boolean, name: string) => t.is(plainName(rawName, isDirectory), name),
  title: (_, rawName, isDirectory, name) => `the ${isDirectory ? 'folder' : 'file'} "${rawName}" is named "${name}"`,
});

test(plain, 'config.dump', false, 'config.dump');
test(plain, './config.dump', false, 'config.dump');
test(plain, '././config.dump', false, 'config.dump');
test(plain, 'checkpoint/', true, 'checkpoint');
test(plain, './checkpoint//', true, 'checkpoint');
test(plain, './', true, '.');
test(plain, '/', true, '/');
test(plain, './/etc', false, '/etc');
test(plain, '../a', false, '../a');
test(plain, 'a/', false, 'a/');

test('names that are no UTF-8 stay different from each other and from every other name', (t) => {
  const names = [[0xff], [0xfe], [0x2f, 0xff], [0xc3, 0xa9], [0xef, 0xbf, 0xbd], [0xed, 0xb3, 0xbf]];
  const decoded = names.map((bytes) => decodeName(Buffer.from(bytes)));
  t.is(new Set(decoded).size, names.length);
  t.deepEqual(
    decoded.map((name) => name.isWellFormed()),
    [false, false, false, true, true, false],
  );
});

test('slashes and dots survive in a name that is no UTF-8', (t) => {
  t.regex(decodeName(Buffer.from('../\u00ff/..', 'latin1')), /^\.\.\/.\/\.\.$/);
});

test('a text field ends at its first NUL, whatever is behind it', (t) => {
  t.is(Buffer.from(untilNul(Buffer.from('a\0b\nc'))).toString(), 'a');
  t.is(Buffer.from(untilNul(Buffer.from('abc'))).toString(), 'abc');
});
