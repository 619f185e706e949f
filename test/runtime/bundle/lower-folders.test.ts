import test from 'ava';
import { lowerFolders } from '../../../src/runtime/bundle/lower-folders.ts';

const OPTIONS: readonly (readonly [title: string, options: readonly string[], folders: readonly string[]])[] = [
  ['one folder', ['ro', 'lowerdir=/a/diff'], ['/a/diff']],
  ['many, uppermost first', ['lowerdir=/a:/b:/c'], ['/a', '/b', '/c']],
  ['names with a colon or a backslash', ['lowerdir=/a\\:1:/b\\\\c'], ['/a:1', '/b\\c']],
  ['data-only layers at the end', ['lowerdir=/a::/b'], ['/a', '/b']],
  ['the last of two', ['lowerdir=/a', 'lowerdir=/b'], ['/b']],
  ['nothing where it can be written to', ['lowerdir=/a', 'upperdir=/u', 'workdir=/w'], []],
  ['nothing where a path is relative', ['lowerdir=/a:l/B'], []],
  ['nothing where there is none', ['ro'], []],
  ['nothing in an empty one', ['lowerdir='], []],
];

for (const [title, options, folders] of OPTIONS) {
  test(`an overlay's folders: ${title}`, (t) => {
    t.deepEqual(lowerFolders(options), [...folders]);
  });
}
