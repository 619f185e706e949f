import type { Route } from '../route.ts';
import type { Right } from './rules.ts';

/**
 * What a request needs: nothing, to have logged in where people can (`login`), to be somebody (`user`), to be able to
 * read anything at all (`catalog`), or a right in a repository.
 */
export type Need =
  | { readonly kind: 'nothing' | 'login' | 'user' | 'catalog' }
  | { readonly kind: 'right'; readonly right: Right; readonly repository: string };

const NEEDS = { base: 'login', catalog: 'catalog', health: 'nothing', ready: 'nothing', metrics: 'user' } as const;

/** What a request needs. */
export function needOf(method: string, route: Route): Need {
  if ('repository' in route) return { kind: 'right', right: rightOf(method, route.kind), repository: route.repository };
  return { kind: NEEDS[route.kind] };
}

/** Whoever may push may also look at a session and give it up. */
function rightOf(method: string, kind: Route['kind']): Right {
  if (kind === 'upload' || kind === 'uploads') return 'push';
  if (method === 'GET' || method === 'HEAD') return 'pull';
  return method === 'DELETE' ? 'delete' : 'push';
}
