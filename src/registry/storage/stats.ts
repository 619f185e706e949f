import { join } from 'node:path';
import { type CollectOptions, planCollection } from './gc/collect.ts';
import { factsOf, namesIn } from './gc/folders.ts';
import { surveyStore } from './gc/survey.ts';
import type { Store } from './store.ts';

/** How many there are, and their bytes. */
export interface Amount {
  readonly count: number;
  readonly bytes: number;
}

/** What a data folder holds. */
export interface Stats {
  readonly repositories: number;
  readonly tags: number;
  readonly manifests: number;
  /** All blobs, manifests among them. */
  readonly blobs: Amount;
  readonly sessions: Amount;
  /** Damaged blobs that a verification has put out of the way. */
  readonly quarantined: Amount;
  /** What a garbage collection with these options would remove now. */
  readonly garbage: Amount;
  /** Bytes of garbage that is too young for it. */
  readonly waiting: number;
}

/** Counts what a data folder holds, and what of it is garbage by the rules of a collection. */
export async function statsOf(store: Store, options: CollectOptions): Promise<Stats> {
  const survey = await surveyStore(store, options.signal);
  const { blobs, bytes, waiting } = planCollection(survey, options);
  const all = survey.repositories;
  return {
    repositories: all.filter(({ manifests, layers }) => manifests.size + layers.size > 0).length,
    tags: sum(all.map(({ tags }) => tags.size)),
    manifests: sum(all.map(({ manifests }) => manifests.size)),
    blobs: amount(survey.blobs.values().map(({ size }) => size)),
    sessions: amount(all.flatMap(({ sessions }) => sessions).map(({ size }) => size)),
    quarantined: amount(await quarantinedSizes(store.paths.quarantine)),
    garbage: { count: blobs, bytes },
    waiting,
  };
}

/** The files below `<algorithm>/<hex>/`. */
async function quarantinedSizes(folder: string): Promise<number[]> {
  const sizes: number[] = [];
  for (const algorithm of await namesIn(folder)) {
    for (const hex of await namesIn(join(folder, algorithm))) {
      for (const name of await namesIn(join(folder, algorithm, hex))) {
        sizes.push((await factsOf(join(folder, algorithm, hex, name)))?.size ?? 0);
      }
    }
  }
  return sizes;
}

function amount(sizes: Iterable<number>): Amount {
  const list = [...sizes];
  return { count: list.length, bytes: sum(list) };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
