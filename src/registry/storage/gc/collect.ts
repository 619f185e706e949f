import type { Digest } from '../../../oci/digest.ts';
import { restoreAside } from '../aside.ts';
import type { Store } from '../store.ts';
import { type AnnotationNames, candidatesOf, isPinned, type TaggedCandidate } from './candidates.ts';
import { refuseForeign, refuseServed } from './in-use.ts';
import { lockCollection } from './lock.ts';
import { findGarbage, type Garbage, type MarkRules } from './mark.ts';
import { pruneRepositories } from './prune.ts';
import { type Retention, type RetentionRules, retain } from './retention.ts';
import { type SessionFacts, sweepSessions } from './sessions.ts';
import { type Survey, surveyStore } from './survey.ts';
import { type Swept, sweep } from './sweep.ts';
import { sweepTemporary } from './temporary.ts';

export interface CollectOptions extends RetentionRules {
  /** Milliseconds for which what was written or claimed stays, whoever names it. */
  readonly grace: number;
  readonly names: AnnotationNames;
  /** Patterns of tags that the retention keeps (matchesTag). */
  readonly keep?: readonly string[] | undefined;
  readonly keepUntagged?: boolean | undefined;
  /** Say only what would go. */
  readonly dryRun?: boolean | undefined;
  /** Collect although another program seems to be at work in the folder. */
  readonly force?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface Collected extends Swept {
  /** What the retention decided of each tagged image. */
  readonly retention: Retention<TaggedCandidate>;
  /** Upload sessions that nobody has gone on with. */
  readonly sessions: readonly Pick<SessionFacts, 'repository' | 'id' | 'size'>[];
  /** Bytes of garbage that is too young to go. */
  readonly waiting: number;
  /** Manifests that have a tag, or keep another, and that nobody can read; their repositories keep all blobs. */
  readonly unreadable: readonly { readonly repository: string; readonly digest: Digest }[];
}

/** Milliseconds after which an upload session that nobody goes on with is removed. */
export const SESSION_AGE = 24 * 60 * 60 * 1000;
/** File times run a little behind the clock that programs read. */
export const CLOCK_SLACK = 1000;
/** Milliseconds after which what a killed process has left in thaw's own folders is of no use to anybody. */
const LEFTOVER_AGE = 60 * 60 * 1000;
const ASIDE_AGE = 60_000;

/**
 * Removes what no tag needs any more, while other processes push, convert, delete and verify (docs/adr/0006): tags that
 * the retention lets go, then manifests that nothing names, then blobs that nothing links, each only when nobody has
 * touched it for the grace period. STORE_IN_USE while another collection runs, or another program serves the folder.
 */
export async function collectGarbage(store: Store, options: CollectOptions): Promise<Collected> {
  if (options.dryRun) return planCollection(await surveyStore(store, options.signal), options);
  const lock = await lockCollection(store.paths);
  try {
    return await collect(store, options);
  } finally {
    await lock.release();
  }
}

async function collect(store: Store, options: CollectOptions): Promise<Collected> {
  const { force, signal } = options;
  if (!force) await refuseServed(store.paths);
  await sweepLeftovers(store);
  const sessions = await sweepSessions(store, Date.now() - SESSION_AGE);
  const survey = await surveyStore(store, signal);
  if (!force) refuseForeign(store.paths, survey);
  const { rules, planned, garbage } = mark(survey, options);
  if (!force) await refuseServed(store.paths); // it may have begun meanwhile
  for (const { image, keep } of planned.retention.decisions) {
    if (keep) continue;
    for (const tag of image.tags) await store.tags.remove(image.repository, tag, image.digest);
  }
  const swept = await sweep(store.paths, garbage, rules.cutoff, signal);
  await pruneRepositories(store, rules.cutoff);
  return { ...planned, ...swept, sessions };
}

/** Removes what killed processes have left: upload sessions nobody goes on with, temporary files, what was set aside. */
export async function sweepLeftovers(store: Store): Promise<void> {
  await restoreAside(store.paths, ASIDE_AGE);
  await sweepTemporary(store.paths, Date.now() - LEFTOVER_AGE);
}

/** What a collection would remove if it began now. */
export function planCollection(survey: Survey, options: CollectOptions): Collected {
  return mark(survey, options).planned;
}

function mark(survey: Survey, options: CollectOptions): { rules: MarkRules; planned: Collected; garbage: Garbage } {
  const retention = retain(candidatesOf(survey, options.names, options.keep), options, survey.began);
  const rules = rulesOf(survey, options, retention);
  const garbage = findGarbage(survey, rules);
  const ageless = { ...rules, cutoff: Number.POSITIVE_INFINITY, pushCutoff: Number.POSITIVE_INFINITY };
  const planned: Collected = {
    retention,
    manifests: total(garbage, 'manifests'),
    layers: total(garbage, 'layers'),
    blobs: garbage.blobs.length,
    bytes: garbage.bytes,
    sessions: survey.repositories
      .flatMap(({ sessions }) => sessions)
      .filter(({ touched }) => touched < survey.began - SESSION_AGE),
    waiting: findGarbage(survey, ageless).bytes - garbage.bytes,
    unreadable: garbage.repositories.flatMap(({ repository, unreadable }) =>
      unreadable.map((digest) => ({ repository, digest })),
    ),
  };
  return { rules, planned, garbage };
}

function rulesOf(survey: Survey, options: CollectOptions, { decisions }: Retention<TaggedCandidate>): MarkRules {
  const going = new Set(
    decisions.filter(({ keep }) => !keep).map(({ image: { repository, digest } }) => `${repository}@${digest}`),
  );
  const cutoff = survey.began - options.grace - CLOCK_SLACK;
  return {
    cutoff,
    pushCutoff: Math.min(cutoff, survey.began - SESSION_AGE),
    keepUntagged: options.keepUntagged ?? false,
    isPinned: (annotations) => isPinned(annotations, options.names),
    isLetGo: (repository, digest) => going.has(`${repository}@${digest}`),
  };
}

function total({ repositories }: Garbage, what: 'manifests' | 'layers'): number {
  return repositories.reduce((sum, repository) => sum + repository[what].length, 0);
}
