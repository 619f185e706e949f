import type { CallOptions } from '../target.ts';
import type { Connection } from './connection.ts';
import { tagsUrl } from './endpoint.ts';
import { isHome, resolveLocation } from './location.ts';
import { protocolError } from './protocol-error.ts';
import { sendAndRead } from './request.ts';
import { pullScopes } from './scopes.ts';
import type { HttpAnswer } from './transport.ts';

/** No page of tags is read further. */
const LONGEST_PAGE = 4 * 1024 * 1024;
/** No listing has more pages: with registries' usual 100 to 1000 tags a page, far beyond what people keep. */
export const MOST_PAGES = 1000;

/**
 * All tags of the repository, in the registry's order: distribution specification, "Listing Tags". None when the
 * repository is not there. Throws REGISTRY_PROTOCOL for what is no list of tags, or one that does not end.
 */
export async function listTags(connection: Connection, { signal }: CallOptions = {}): Promise<string[]> {
  const tags: string[] = [];
  let url: URL | undefined = tagsUrl(connection.endpoint);
  for (let pages = 0; url !== undefined; pages += 1) {
    const request = {
      method: 'GET',
      url,
      scopes: pullScopes(connection.endpoint),
      signal,
      expect: [200, 404],
    } as const;
    const { answer, bytes, cut } = await sendAndRead(connection, request, LONGEST_PAGE);
    if (answer.status === 404) return tags;
    if (cut || pages === MOST_PAGES) throw protocolError(answer, 'and a list of tags that does not end', { pages });
    tags.push(...tagsIn(answer, bytes));
    url = nextPage(connection, answer);
  }
  return tags;
}

function tagsIn(answer: HttpAnswer, bytes: Buffer): string[] {
  const tags = parse(bytes);
  if (tags === null) return [];
  if (Array.isArray(tags) && tags.every((tag) => typeof tag === 'string')) return tags;
  throw protocolError(answer, 'and no list of tags');
}

/** Distribution answers `"tags": null` for a repository that has none. */
function parse(bytes: Buffer): unknown {
  try {
    return (JSON.parse(bytes.toString('utf8')) as { tags?: unknown } | null)?.tags;
  } catch {
    return undefined;
  }
}

/** `Link: </v2/…/tags/list?last=…>; rel="next"`, RFC 8288. */
function nextPage({ endpoint }: Connection, answer: HttpAnswer): URL | undefined {
  const target = /<([^>]*)>\s*;\s*rel="?next"?/i.exec(answer.header('link') ?? '')?.[1];
  if (target === undefined) return undefined;
  const url = resolveLocation(endpoint, answer.url, target);
  if (!isHome(endpoint, url)) throw protocolError(answer, 'and the next page of tags elsewhere');
  return url;
}
