import type { Endpoint } from './endpoint.ts';

/** The scope of a token that may read the repository: Distribution's token specification, "Requesting a Token". */
export function pullScopes({ repository }: Endpoint): string[] {
  return [`repository:${repository}:pull`];
}

/** The scopes of a token that may write the repository, and read another one that a blob is mounted from. */
export function pushScopes({ repository }: Endpoint, mountFrom?: string): string[] {
  const own = `repository:${repository}:pull,push`;
  return mountFrom === undefined ? [own] : [own, `repository:${mountFrom}:pull`];
}
