/** Symlinks by the place where they stand: where each one points. */
export type Links = Map<string, string>;

/** As many links as Linux follows in one path (path_resolution(7)). */
const MAX_LINKS = 40;
/** Parts of one path, with those of the links in it; Linux takes no path of more than 4,096 bytes. */
const MAX_PARTS = 2_048;

/**
 * The place below a root that a path leads to, walked part by part and through these symlinks: `a/b` without any `.`,
 * `..` or link in it, '' for the root. Undefined when the walk ever stands above the root or is sent to an absolute
 * place, and when it is longer, or has more links, than Linux would follow.
 */
export function placeOf(path: string, links: Links): string | undefined {
  const todo = partsOf(path);
  const at: string[] = [];
  let followed = 0;
  for (let walked = 0; walked < MAX_PARTS && followed <= MAX_LINKS; walked += 1) {
    const part = todo.pop();
    if (part === undefined) return at.at(-1) ?? '';
    if (!enter(at, part)) return undefined;
    const target = links.get(at.at(-1) ?? '');
    if (target === undefined) continue;
    if (target.startsWith('/')) return undefined;
    followed += 1;
    at.pop();
    todo.push(...partsOf(target));
  }
  return undefined;
}

/** The same for a path whose last part is made, replaced or deleted itself: when it is a symlink it is not followed. */
export function ownPlaceOf(path: string, links: Links): string | undefined {
  const trimmed = path.replace(/\/+$/, '');
  const slash = trimmed.lastIndexOf('/');
  const last = trimmed.slice(slash + 1);
  if (last === '' || last === '.' || last === '..') return placeOf(trimmed, links);
  const folder = placeOf(trimmed.slice(0, Math.max(slash, 0)), links);
  if (folder === undefined) return undefined;
  return folder === '' ? last : `${folder}/${last}`;
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
