import test from 'ava';
import { groupOf, LEAST, tableOf } from '../../../../bench/lib/restore/report.ts';
import { middle } from '../../../../bench/lib/restore/samples.ts';

const least = { name: LEAST, samples: [{ copy: 0.5, create: 0.5, restore: 1 }] };
const single = {
  name: 'single, none',
  samples: [
    { convert: 1, pull: 9 },
    { convert: 4, pull: 4 },
    { convert: 2, pull: 1 },
  ],
};
const failed = { name: 'split, none', samples: [{ convert: 1 }], failure: 'the restored pod is not Ready' };

test('the middle round is one that there was, with its own parts', (t) => {
  t.deepEqual(middle(single), { convert: 4, pull: 4 });
  t.deepEqual(middle({ name: '', samples: [{ pull: 2 }, { pull: 1 }] }), { pull: 1 });
  t.is(middle({ name: '', samples: [] }), undefined);
});

const cellsOf = (table: string, name: string) =>
  table
    .split('\n')
    .find((line) => line.startsWith(`| ${name}`))
    ?.split('|')
    .map((cell) => cell.trim())
    .filter(Boolean);

test('the table has seconds, the memory a second, and the ratio to the least that is possible', (t) => {
  const table = tableOf({ mebibytes: 1024, rows: [least, single] });
  t.deepEqual(cellsOf(table, 'single, none'), ['single, none', '8.00', '0.125', '4.0 x', '4.00', '4.00']);
  t.deepEqual(cellsOf(table, LEAST), [LEAST, '2.00', '0.500', '1.0 x', '0.50', '0.50', '1.00']);
});

test('a row with a failed round has no time, neither in the table nor in the plot', (t) => {
  const measured = { mebibytes: 16, rows: [least, failed] };
  t.deepEqual(cellsOf(tableOf(measured), 'split, none'), ['split, none', 'FAILED']);
  t.regex(tableOf(measured), /^split, none FAILED: the restored pod is not Ready$/m);
  t.deepEqual(
    groupOf(measured).bars.map(({ name }) => name),
    [LEAST],
  );
});

test('without the least there is no ratio', (t) => {
  const { name, bars } = groupOf({ mebibytes: 1024, rows: [{ ...least, failure: 'runc' }, single] });
  t.is(name, '1 GiB of memory');
  t.deepEqual(
    bars.map(({ note }) => note),
    ['8.00 s'],
  );
});
