import { PassThrough } from 'node:stream';
import test from 'ava';
import { renderTree } from '../../src/commands/tree.ts';

const stream = (isTTY: boolean) => Object.assign(new PassThrough(), { isTTY });

test('a tree has its values in one column for each group', (t) => {
  const tree = {
    label: 'web.tar',
    value: '1 kB',
    children: [
      { label: 'pod', value: 'a/b' },
      { label: 'mounts', value: '1', children: [{ label: '/data', value: 'emptyDir' }] },
      { label: 'and more' },
    ],
  };
  t.is(
    renderTree(tree, stream(false)),
    ['web.tar  1 kB', '├─ pod     a/b', '├─ mounts  1', '│  └─ /data  emptyDir', '└─ and more'].join('\n'),
  );
});

test('what an archive calls itself cannot steer the terminal', (t) => {
  const text = renderTree(
    { label: 'a\u001b[2J', children: [{ label: 'pod', value: 'x\r\n\u202e\u009b31m' }] },
    stream(true),
  );
  for (const character of ['\u001b[2J', '\r', '\u202e', '\u009b']) t.false(text.includes(character));
  t.true(text.includes('a\\u001b[2J'));
  t.true(text.includes('x\\u000d\\u000a\\u202e\\u009b31m'));
});
