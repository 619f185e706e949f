/** Symlinks by their path below the root, without `.` parts: where each one points. */
export type Links = Map<string, string>;

/** As many links as Linux follows in one path (path_resolution(7)). */
const MAX_LINKS = 40;

/**
 * Whether a path, walked part by part from a root and through these symlinks, ever stands above that root or is sent to
 * an absolute place. More links than Linux would follow count as leaving.
 */
export function leavesRoot(path: string, links: Links): boolean {
  const todo = path.split('/').reverse();
  const at: string[] = [];
  let followed = 0;
  for (let part = todo.pop(); part !== undefined; part = todo.pop()) {
    if (part === '' || part === '.') continue;
    if (part === '..' && at.pop() === undefined) return true;
    if (part === '..') continue;
    at.push(part);
    const target = links.get(at.join('/'));
    if (target === undefined) continue;
    followed += 1;
    if (target.startsWith('/') || followed > MAX_LINKS) return true;
    at.pop();
    todo.push(...target.split('/').reverse());
  }
  return false;
}
