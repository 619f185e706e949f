/** Which part of a list is wanted: at most `n` names, those that come after `last` in ASCII order. */
export interface Page {
  readonly n?: number | undefined;
  readonly last?: string | undefined;
}

/** Sorts names and takes a page of those that `keep` wants; `more` says whether any comes behind it. */
export async function takePage(
  names: readonly string[],
  { n = Number.POSITIVE_INFINITY, last }: Page,
  keep: (name: string) => Promise<boolean>,
): Promise<{ names: string[]; more: boolean }> {
  if (n === 0) return { names: [], more: false };
  const taken: string[] = [];
  for (const name of names.toSorted(byCode)) {
    if ((last !== undefined && name <= last) || !(await keep(name))) continue;
    if (taken.length === n) return { names: taken, more: true };
    taken.push(name);
  }
  return { names: taken, more: false };
}

function byCode(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
