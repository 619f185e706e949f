import test from 'ava';
import fc from 'fast-check';
import { readFlags } from '../../../src/runtime/call/flags.ts';

const VALUED = new Set(['root', 'log', 'b']);

test('a value stands behind "=" or in the next word, behind one dash or two', (t) => {
  const { values, end } = readFlags(['--root', '/a', '-log=/b', '--debug', '-b', '--x', 'create', '--root=/c'], VALUED);
  t.deepEqual(
    [...values],
    [
      ['root', '/a'],
      ['log', '/b'],
      ['debug', ''],
      ['b', '--x'],
    ],
  );
  t.is(end, 6);
});

test('"--" ends the options, and so does a word that is none', (t) => {
  t.is(readFlags(['--debug', '--', '--root'], VALUED).end, 2);
  for (const word of ['create', '', '-', '---x', '-=x']) t.is(readFlags(['--debug', word], VALUED).end, 1, word);
});

test('of an option that is given twice the last counts, and one that lacks its value has an empty one', (t) => {
  t.is(readFlags(['--root=/a', '--root', '/b'], VALUED).values.get('root'), '/b');
  t.is(readFlags(['--root'], VALUED).values.get('root'), '');
});

const name = fc.constantFrom('root', 'log', 'b', 'debug', 'systemd-cgroup');
const option = fc.record({ name, value: fc.string(), inline: fc.boolean(), dashes: fc.constantFrom('-', '--') });

test('whatever way options are written, they are read as they were meant', (t) => {
  fc.assert(
    fc.property(
      fc.array(option),
      fc.constantFrom('create', 'kill', ''),
      fc.array(fc.string()),
      (options, command, rest) => {
        const words = options.flatMap(({ name, value, inline, dashes }) => {
          if (!VALUED.has(name)) return [`${dashes}${name}`];
          return inline ? [`${dashes}${name}=${value}`] : [`${dashes}${name}`, value];
        });
        const { values, end } = readFlags([...words, command, ...rest], VALUED);
        t.is(end, words.length);
        const meant = new Map(options.map(({ name, value }) => [name, VALUED.has(name) ? value : '']));
        t.deepEqual(new Map(values), meant);
      },
    ),
  );
});
