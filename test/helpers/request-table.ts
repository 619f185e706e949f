import { isDeepStrictEqual } from 'node:util';
import test from 'ava';
import { startRegistry } from '../../src/registry/server/serve.ts';
import { type Call, call, type Reply } from './call.ts';
import { DISTRIBUTIONS, startDistribution } from './distribution.ts';
import { temporaryFolder } from './fixtures.ts';
import { peerTest } from './peer.ts';

/** What an answer must be. */
export interface Wanted {
  readonly status: number;
  /** By lower-case name; null wants the header to be missing. */
  readonly headers?: Readonly<Record<string, string | RegExp | null>>;
  /** Exact bytes, a text that matches, or JSON that equals. */
  readonly body?: Buffer | RegExp | object;
  /** The first error code in the specification's JSON. */
  readonly code?: string;
}

/**
 * A request and what the specification wants for it. In `send`, `{repo}` is a repository that no other row uses,
 * `{location}` the last Location header that a request of `before` was answered with, `{location?}` the same with `?`
 * or `&` behind it, `{session}` the last one of an upload session, and `{id}` that session's id.
 */
export interface Row extends Call {
  readonly says: string;
  readonly before?: readonly Call[];
  readonly want: Wanted;
}

/** How Distribution 3 differs from 2: rows that it answers right, and rows that it answers wrong. */
export interface Version3 {
  readonly mends?: readonly string[];
  readonly breaks?: readonly string[];
}

/**
 * Runs a table against our registry, one test a row, and against CNCF Distribution 2 and 3, where exactly the rows named
 * in `fails`, and changed by `version3`, must fail: that shows that the table can tell a right answer from a wrong one.
 */
export function requestTable(
  name: string,
  rows: readonly Row[],
  fails: readonly string[],
  { mends = [], breaks = [] }: Version3 = {},
): void {
  for (const row of rows) {
    test(`${name}: ${row.says}`, async (t) => {
      const registry = await startRegistry({ root: await temporaryFolder(t) });
      t.teardown(() => registry.close());
      t.deepEqual(await differences(registry.url, row, 'table/row'), []);
    });
  }
  const fails3 = new Set([...fails, ...breaks]).difference(new Set(mends));
  distributionTest(name, rows, 2, fails);
  distributionTest(name, rows, 3, fails3);
}

function distributionTest(name: string, rows: readonly Row[], version: 2 | 3, fails: Iterable<string>): void {
  const title = `${name}: CNCF Distribution ${version} answers so too, but for its known failures`;
  peerTest([DISTRIBUTIONS[version]], title, async (t) => {
    const { url } = await startDistribution(t, { version });
    const failed: string[] = [];
    for (const [at, row] of rows.entries()) {
      const found = await differences(url, row, `table/row${at}`).catch((error: Error) => [error.message]);
      if (found.length > 0) failed.push(row.says);
      t.log(found.length === 0 ? '' : `${row.says}: ${found.join('; ')}`);
    }
    t.deepEqual(failed.toSorted(), [...fails].toSorted());
  });
}

async function differences(url: string, row: Row, repo: string): Promise<string[]> {
  let location = '';
  let session = '';
  const fill = (text: string) =>
    text
      .replaceAll('{repo}', repo)
      .replaceAll('{session}', session)
      .replaceAll('{id}', /[^/?]*(?=\?|$)/.exec(session)?.[0] ?? '')
      .replaceAll('{location?}', `${location}${location.includes('?') ? '&' : '?'}`)
      .replaceAll('{location}', location);
  for (const step of row.before ?? []) {
    const reply = await call(url, { ...step, send: fill(step.send) });
    if (reply.headers.location !== undefined) location = pathOf(reply.headers.location, url);
    if (location.includes('/blobs/uploads/')) session = location;
  }
  return compare(await call(url, { ...row, send: fill(row.send) }), row.want, fill);
}

function compare(reply: Reply, want: Wanted, fill: (text: string) => string): string[] {
  const found: string[] = [];
  if (reply.status !== want.status) found.push(`status ${reply.status} instead of ${want.status}`);
  for (const [name, wanted] of Object.entries(want.headers ?? {})) {
    const value = reply.headers[name];
    const text = value === undefined ? null : String(value);
    const right = wanted instanceof RegExp ? text !== null && wanted.test(text) : text === (wanted && fill(wanted));
    if (!right) found.push(`${name}: ${text} instead of ${wanted}`);
  }
  if (want.body !== undefined && !isBody(reply.body, want.body)) found.push(`body ${reply.body.subarray(0, 300)}`);
  if (want.code !== undefined && !hasCode(reply.body, want.code)) found.push(`errors ${reply.body.subarray(0, 300)}`);
  return found;
}

function isBody(body: Buffer, want: Buffer | RegExp | object): boolean {
  if (Buffer.isBuffer(want)) return body.equals(want);
  if (want instanceof RegExp) return want.test(body.toString());
  return isDeepStrictEqual(parsed(body), want);
}

function hasCode(body: Buffer, code: string): boolean {
  const json = parsed(body) as { errors?: { code?: string; message?: unknown }[] } | undefined;
  const first = json?.errors?.[0];
  return first?.code === code && typeof first.message === 'string';
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}

function pathOf(location: string, url: string): string {
  const { pathname, search } = new URL(location, url);
  return `${pathname}${search}`;
}
