import { basename, dirname, relative } from 'node:path';
import type { SystemCall } from './system-calls.ts';

/** What the check is told besides the calls. */
export interface DurabilityOptions {
  /** The data folder. */
  readonly root: string;
  /** Folders that were there before may have been made by a process that was killed before it synced them. */
  readonly unsure?: boolean;
}

/**
 * What a power cut could spoil, judged by the order of the calls alone; nothing where all is well. Of every file that is
 * put below `docker/`: its data is synced before, and it points only at what lasts already. It lasts once its folder is
 * synced, and each new folder above it is synced into the one above. All that was put lasts before a 201 is answered.
 */
export function spoiltByPowerCut(calls: readonly SystemCall[], { root, unsure = false }: DurabilityOptions): string[] {
  const puts = calls.filter(isPut).filter(({ target }) => target.startsWith(`${root}/docker/`));
  const lasts = new Map(puts.map((put) => [put.target, lastsFrom(calls, put, unsure ? root : undefined)]));
  const name = (path: string) => relative(root, path).replaceAll(/[0-9a-f]{60}|-[0-9a-f-]{27}/g, '…');
  const faults: string[] = [];
  for (const put of puts) {
    if (!isDataSynced(calls, put)) faults.push(`${name(put.target)} was put in place before its data was synced`);
    for (const pointee of pointees(put.target, root, puts)) {
      if ((lasts.get(pointee) ?? Number.POSITIVE_INFINITY) > put.began)
        faults.push(`${name(put.target)} was put in place before ${name(pointee)} was there to stay`);
    }
    if (unlessAnswered(calls, put) < (lasts.get(put.target) ?? 0))
      faults.push(`${name(put.target)} was answered for before it was there to stay`);
  }
  return faults;
}

type Put = SystemCall & { readonly target: string };

function isPut(call: SystemCall): call is Put {
  return call.kind === 'put';
}

function isDataSynced(calls: readonly SystemCall[], { path, began }: Put): boolean {
  const written = calls.findLast((call) => call.kind === 'write' && call.path === path)?.ended ?? -1;
  return calls.some((call) => call.kind === 'sync' && call.path === path && call.began > written && call.ended < began);
}

/** The moment from which a file, and all folders on the way to it, would be found after a power cut. */
function lastsFrom(calls: readonly SystemCall[], { target, ended }: Put, root: string | undefined): number {
  const made = calls.filter(
    ({ kind, path, began }) => kind === 'mkdir' && target.startsWith(`${path}/`) && began < ended,
  );
  const moments = [
    firstSync(calls, dirname(target), ended),
    ...made.map((call) => firstSync(calls, dirname(call.path), call.ended)),
  ];
  for (let folder = dirname(target); root !== undefined && folder !== root; folder = dirname(folder)) {
    moments.push(firstSync(calls, dirname(folder), -1));
  }
  return Math.max(...moments);
}

function firstSync(calls: readonly SystemCall[], folder: string, after: number): number {
  const sync = calls.find(({ kind, path, began }) => kind === 'sync' && path === folder && began > after);
  return sync?.ended ?? Number.POSITIVE_INFINITY;
}

/** When success was answered to the request that put a file; the end of the process where nobody is answered. */
function unlessAnswered(calls: readonly SystemCall[], { ended }: Put): number {
  return calls.find(({ status, began }) => status === 201 && began > ended)?.began ?? Number.MAX_SAFE_INTEGER;
}

/** What a link points at, by where the link stands. */
function pointees(target: string, root: string, puts: readonly Put[]): string[] {
  const folder = dirname(target);
  const hex = basename(folder);
  const algorithm = basename(dirname(folder));
  if (/\/_(layers|manifests\/revisions)\/\w+\/\w+\/link$/.test(target))
    return [`${root}/docker/registry/v2/blobs/${algorithm}/${hex.slice(0, 2)}/${hex}/data`];
  const [, manifests, tag] = /^(.*\/_manifests)\/(tags\/[^/]+)\//.exec(target) ?? [];
  if (tag === undefined) return [];
  if (hex !== 'current') return [`${manifests}/revisions/${algorithm}/${hex}/link`];
  return puts.map((put) => put.target).filter((other) => other.startsWith(`${manifests}/${tag}/index/`));
}
