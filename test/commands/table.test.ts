import test from 'ava';
import { renderTable } from '../../src/commands/table.ts';

test('columns are as wide as their widest cell, numbers stand at the right, and no line ends in blanks', (t) => {
  const rows = [
    ['a', '1 B', ''],
    ['long name', '12 KiB', 'x'],
  ];
  t.is(renderTable(['NAME', '>SIZE', ''], rows), 'NAME         SIZE\na             1 B\nlong name  12 KiB  x');
});
