/** A version as numbers, to compare. */
export type Version = readonly [major: number, minor: number, patch: number];

/** The first version in a text: `v2.3.7+unknown`, `runc version 1.3.6`, `6.18.44-amd64`; undefined where there is none. */
export function parseVersion(text: string): Version | undefined {
  const [, major, minor, patch] = /(\d+)\.(\d+)(?:\.(\d+))?/.exec(text) ?? [];
  return major === undefined ? undefined : [Number(major), Number(minor), Number(patch ?? 0)];
}

/** Whether a version is this one or a later one; what has no version is older than all. */
export function isAtLeast(version: Version | undefined, least: Version): boolean {
  if (version === undefined) return false;
  for (const [at, number] of version.entries()) {
    const other = least[at] ?? 0;
    if (number !== other) return number > other;
  }
  return true;
}

/** `2.3.7`. */
export function showVersion(version: Version): string {
  return version.join('.');
}
