/** What the workload program printed; scripts/cluster/workload/main.go says what its lines mean. */
export interface CounterLog {
  /** The `start` lines: one for each time that the program really began. */
  readonly starts: readonly { readonly name: string; readonly id: string; readonly pid: number }[];
  readonly ticks: readonly Tick[];
  /** Whole lines of any other kind: `broken ...`, and what a program that fails says. */
  readonly others: readonly string[];
}

/** One `tick` line. */
export interface Tick {
  readonly number: number;
  readonly sum: string;
  /** The fields behind the sum: `layer=12` is `{ layer: '12' }`. */
  readonly fields: Readonly<Record<string, string>>;
}

/** Reads what the workload program printed. A last line without its end is left out. */
export function readCounterLog(text: string): CounterLog {
  const lines = text.split('\n').slice(0, -1);
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
