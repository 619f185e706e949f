import type { ExecutionContext } from 'ava';

/** What the workload program printed; scripts/cluster/workload/main.go says what its lines mean. */
export interface CounterLog {
  /** The `start` lines: one for each time that the program really began. */
  readonly starts: readonly { readonly name: string; readonly id: string; readonly pid: number }[];
  readonly ticks: readonly Tick[];
  /** Lines of any other kind: `broken ...`, and what a program that fails says. */
  readonly others: readonly string[];
}

/** One `tick` line. */
export interface Tick {
  readonly number: number;
  /** Of all of its memory, as 8 hexadecimal digits. */
  readonly sum: string;
  /** The fields behind the sum: `layer=12` is `{ layer: '12' }`. */
  readonly fields: Readonly<Record<string, string>>;
}

/** Reads what the workload program printed. */
export function readCounterLog(text: string): CounterLog {
  const lines = text.split('\n').filter((line) => line !== '');
  const words = lines.map((line) => line.split(' '));
  const ofKind = (kind: string) => words.filter(([first]) => first === kind).map(([, ...rest]) => rest);
  return {
    starts: ofKind('start').map(([name = '', id = '', pid = '']) => ({ name, id, pid: Number(pid) })),
    ticks: ofKind('tick').map(([number = '', sum = '', ...fields]) => ({
      number: Number(number),
      sum,
      fields: Object.fromEntries(fields.map((field) => field.split('=', 2))),
    })),
    others: lines.filter((line) => !/^(start|tick) /.test(line)),
  };
}

/**
 * Asserts that one process printed both logs: it started once, before; the numbers go on without a gap and without a
 * second one of any; its memory has this sum in every line, and nothing of it broke.
 */
export function goesOn(t: ExecutionContext, before: CounterLog, after: CounterLog, sum: string): void {
  t.is(before.starts.length, 1);
  t.deepEqual(after.starts, []);
  t.deepEqual([...before.others, ...after.others], []);
  const ticks = [...before.ticks, ...after.ticks];
  t.deepEqual(
    ticks.map(({ number }) => number),
    ticks.map((_, at) => at + 1),
  );
  t.deepEqual([...new Set(ticks.map((tick) => tick.sum))], [sum]);
}
