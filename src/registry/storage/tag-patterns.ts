import { matchesGlob } from 'node:path';

/**
 * Whether a glob matches a tag; `<glob>:<glob>` matches repository and tag. In the repository's, `*` stops at a slash and
 * `**` does not.
 */
export function matchesTag(pattern: string, repository: string, tag: string): boolean {
  const colon = pattern.lastIndexOf(':');
  if (colon >= 0 && !matchesGlob(repository, pattern.slice(0, colon))) return false;
  return matchesGlob(tag, pattern.slice(colon + 1));
}

/** The tags that one of these patterns matches, as StoreOptions wants them. */
export function tagsLike(patterns: readonly string[]): (repository: string, tag: string) => boolean {
  return (repository, tag) => patterns.some((pattern) => matchesTag(pattern, repository, tag));
}
