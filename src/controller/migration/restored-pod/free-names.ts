/** `<prefix>-0`, `<prefix>-1`, ... without those that are taken. */
export function* freeNames(prefix: string, taken: ReadonlySet<string>): Generator<string, never> {
  for (let number = 0; ; number += 1) {
    const name = `${prefix}-${number}`;
    if (!taken.has(name)) yield name;
  }
}
