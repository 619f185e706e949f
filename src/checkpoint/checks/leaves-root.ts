/** Symlinks by their path below the root, without `.` parts: where each one points. */
export type Links = Map<string, string>;

/** As many links as Linux follows in one path (path_resolution(7)). */
const MAX_LINKS = 40;
/** Parts of one path, with those of the links in it; Linux takes no path of more than 4,096 bytes. */
const MAX_PARTS = 2_048;

/**
 * Whether a path, walked part by part from a root and through these symlinks, ever stands above that root or is sent to
 * an absolute place. What is longer, or has more links, than Linux would follow counts as leaving.
 */
export function leavesRoot(path: string, links: Links): boolean {
  const todo = partsOf(path);
  const at: string[] = [];
  let followed = 0;
  for (let walked = 0; walked < MAX_PARTS && followed <= MAX_LINKS; walked += 1) {
    const part = todo.pop();
    if (part === undefined) return false;
    if (!enter(at, part)) return true;
    const target = links.get(at.at(-1) ?? '');
    if (target === undefined) continue;
    if (target.startsWith('/')) return true;
    followed += 1;
    at.pop();
    todo.push(...partsOf(target));
  }
  return true;
}

/** The next part is the last one of the array. */
function partsOf(path: string): string[] {
  return path.split('/', MAX_PARTS).reverse();
}

/** `at` holds the path of each folder from the root down to where the walk stands; false when that would be above the root. */
function enter(at: string[], part: string): boolean {
  if (part === '' || part === '.') return true;
  if (part === '..') return at.pop() !== undefined;
  at.push(at.length === 0 ? part : `${at.at(-1)}/${part}`);
  return true;
}
