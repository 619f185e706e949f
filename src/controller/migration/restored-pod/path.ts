import { posix } from 'node:path';

/** A path in a container in its one form: no doubled slashes, no `.`, no slash at the end. */
export function normalisePath(path: string): string {
  const normal = posix.normalize(path);
  return normal.length > 1 && normal.endsWith('/') ? normal.slice(0, -1) : normal;
}
