/** Words of a command line up to its first argument that is no option. */
export interface Flags {
  /** By the option's name without its dashes; an option without a value has an empty one. */
  readonly values: ReadonlyMap<string, string>;
  /** Where in the words the first argument is, and the rest. */
  readonly end: number;
}

/**
 * Reads options as Go's flag package does, which runc and every other Go program uses: one dash or two, the value behind
 * `=` or in the next word, and `--` ends them. `valued` are those that take the next word. Of one given twice the last
 * counts.
 */
export function readFlags(words: readonly string[], valued: ReadonlySet<string>): Flags {
  const values = new Map<string, string>();
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    if (word === '--') return { values, end: at + 1 };
    const [, name = '', value] = /^--?([^-=][^=]*)(?:=([\s\S]*))?$/.exec(word) ?? [];
    if (name === '') return { values, end: at };
    if (value !== undefined || !valued.has(name)) values.set(name, value ?? '');
    else {
      at += 1;
      values.set(name, words[at] ?? '');
    }
  }
  return { values, end: words.length };
}
