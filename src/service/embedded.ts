import { getAsset, isSea } from 'node:sea';

/**
 * A file that thaw ships, when thaw is one executable and carries it inside; undefined when thaw runs from its files,
 * and reads it from beside the source. scripts/executable/ says which files those are.
 */
export function embedded(name: string): string | undefined {
  return isSea() ? getAsset(name, 'utf8') : undefined;
}
