/** What one container of the workload wrote from its start or its restore on: lines `start ...`, `tick <number> <sum>`. */
export interface Life {
  readonly log: string;
  /** The last number that was read before this life's checkpoint was asked for: no restore may go on before it. */
  readonly seen: number;
}

/** What the workload's process should have been. */
export interface Wanted {
  /** The sum of its memory, at every tick. */
  readonly sum: string;
}

interface Tick {
  readonly number: number;
  readonly sum: string;
}

/**
 * Says what speaks against these logs, each of another node or pod, being those of one process that was frozen between
 * them: a second start, a number that is missing, a step back behind a checkpoint, memory that changed, a process that
 * broke down or never went on. Nothing where all is well. A later log may begin with the earlier ones, as the engines
 * keep them in the archive; there the last numbers before a checkpoint may come twice, because the log was copied after
 * the memory.
 */
export function discontinuities(lives: readonly Life[], { sum }: Wanted): string[] {
  return [...startFaults(lives), ...lives.flatMap((_, at) => lifeFaults(lives, at, sum))];
}

/** The number of the last tick in a log, 0 where there is none. */
export function lastNumber(log: string): number {
  return ticksOf(log).at(-1)?.number ?? 0;
}

function startFaults(lives: readonly Life[]): string[] {
  const starts = lives.map(({ log }) => linesOf(log).filter((line) => line.startsWith('start ')));
  const different = new Set(starts.flat());
  return [
    ...(starts[0]?.length === 0 ? ['log 1 has no start line'] : []),
    ...(different.size > 1 ? [`${different.size} processes started: ${[...different].join('; ')}`] : []),
    ...starts.flatMap((lines, at) => (lines.length > 1 ? [`log ${at + 1} has ${lines.length} start lines`] : [])),
  ];
}

function lifeFaults(lives: readonly Life[], at: number, sum: string): string[] {
  const log = lives[at]?.log ?? '';
  const ticks = ticksOf(log);
  const broken = linesOf(log).filter((line) => line.startsWith('broken '));
  const changed = ticks.find((tick) => tick.sum !== sum);
  return [
    ...broken,
    ...(changed === undefined ? [] : [`number ${changed.number} has the sum ${changed.sum}, and ${sum} is right`]),
    ...beginningFaults(lives, at, ticks),
    ...stepFaults(lives.slice(0, at), ticks),
  ].map((fault) => `log ${at + 1}: ${fault}`);
}

/** A log begins with 1, or, where it holds none of the earlier ones, with what follows its checkpoint; and goes beyond. */
function beginningFaults(lives: readonly Life[], at: number, ticks: readonly Tick[]): string[] {
  const [first, last] = [ticks[0]?.number, ticks.at(-1)?.number];
  if (first === undefined || last === undefined) return ['no number in it'];
  const before = lives[at - 1];
  if (before === undefined) return first === 1 ? [] : [`begins with ${first}`];
  const end = lastNumber(before.log);
  const startsAnew = !linesOf(lives[at]?.log ?? '').some((line) => line.startsWith('start '));
  return [
    ...(startsAnew && (first <= before.seen || first > end + 1)
      ? [`begins with ${first}, after a checkpoint between ${before.seen} and ${end}`]
      : []),
    ...(!startsAnew && first !== 1 ? [`begins with ${first}`] : []),
    ...(last > end ? [] : [`ends with ${last}, and ${end} was there before`]),
  ];
}

function stepFaults(before: readonly Life[], ticks: readonly Tick[]): string[] {
  const steps = ticks.slice(1).map(({ number }, at) => ({ from: ticks[at]?.number ?? 0, to: number }));
  const back = steps.filter(({ from, to }) => to <= from);
  return [
    ...steps.filter(({ from, to }) => to > from + 1).map(({ from, to }) => `${to} follows ${from}`),
    ...back.filter((step) => isTooFar(step, before)).map(({ from, to }) => `goes back from ${from} to ${to}`),
    ...(back.length > before.length ? [`goes back ${back.length} times after ${before.length} checkpoints`] : []),
  ];
}

/** The process had come to `seen` when it was frozen. */
function isTooFar({ from, to }: { from: number; to: number }, before: readonly Life[]): boolean {
  const checkpoint = before.findLast(({ seen }) => seen <= from);
  return checkpoint === undefined || to <= checkpoint.seen;
}

function ticksOf(log: string): Tick[] {
  return [...log.matchAll(/^tick (\d+) (\S+)/gm)].map(([, number, sum = '']) => ({ number: Number(number), sum }));
}

function linesOf(log: string): string[] {
  return log.split('\n');
}
