/** A line and when it was written, in milliseconds since 1970. */
export interface Stamped {
  readonly at: number;
  readonly text: string;
}

/** The lines of `kubectl logs --timestamps`: each with the time at which the runtime read it from the process. */
export function stampedLines(log: string): Stamped[] {
  return log
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const space = line.indexOf(' ');
      return { at: Date.parse(line.slice(0, space)), text: line.slice(space + 1) };
    });
}

/** The numbers that were written after a moment. */
export function ticksAfter(lines: readonly Stamped[], moment: number): Stamped[] {
  return lines.filter(({ at, text }) => at > moment && text.startsWith('tick '));
}

/** The lines as they were written. */
export function textOf(lines: readonly Stamped[]): string {
  return lines.map(({ text }) => `${text}\n`).join('');
}
