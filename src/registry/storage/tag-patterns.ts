import { matchesGlob } from 'node:path';

/** Whether a glob matches a tag; one with a colon matches `<repository>:<tag>`, where `**` also takes slashes. */
export function matchesTag(pattern: string, repository: string, tag: string): boolean {
  return matchesGlob(pattern.includes(':') ? `${repository}:${tag}` : tag, pattern);
}

/** The tags that one of these patterns matches, as StoreOptions wants them. */
export function tagsLike(patterns: readonly string[]): (repository: string, tag: string) => boolean {
  return (repository, tag) => patterns.some((pattern) => matchesTag(pattern, repository, tag));
}
