import type { Digest } from '../../../oci/digest.ts';
import { liveManifests, type Node } from './live.ts';
import type { Survey } from './survey.ts';
import type { RepositorySurvey, SurveyedManifest } from './survey-repository.ts';

/** What counts as garbage. */
export interface MarkRules {
  /** Milliseconds since 1970: whatever was written or claimed at or after it stays. */
  readonly cutoff: number;
  /** The same for the blobs of a repository to which somebody is pushing: a push may take long. */
  readonly pushCutoff: number;
  /** Whether manifests that nothing names stay. */
  readonly keepUntagged: boolean;
  /** Whether a manifest is never garbage, by its annotations. */
  readonly isPinned: (annotations: Readonly<Record<string, string>>) => boolean;
  /** Whether a manifest is looked at as if it had no tags. */
  readonly isLetGo: (repository: string, digest: Digest) => boolean;
}

/** What of one repository goes. */
export interface RepositoryGarbage {
  readonly repository: string;
  readonly manifests: readonly { readonly digest: Digest; readonly subject: Digest | undefined }[];
  readonly layers: readonly Digest[];
  /** Live manifests that nobody can read: all blobs of the repository stay, since some may be theirs. */
  readonly unreadable: readonly Digest[];
}

/** What of a store goes. */
export interface Garbage {
  readonly repositories: readonly RepositoryGarbage[];
  readonly blobs: readonly Digest[];
  /** Bytes of those blobs. */
  readonly bytes: number;
}

/** Marks what stays and gives the rest. A pure function: what is garbage is judged once more when it is swept. */
export function findGarbage(survey: Survey, rules: MarkRules): Garbage {
  const marked = new Set<Digest>();
  const repositories = survey.repositories.map((repository) => markRepository(repository, rules, marked));
  const blobs: Digest[] = [];
  let bytes = 0;
  for (const [digest, { touched, size }] of survey.blobs) {
    if (marked.has(digest) || touched >= rules.cutoff) continue;
    blobs.push(digest);
    bytes += size;
  }
  return { repositories, blobs, bytes };
}

/** Adds all that stays to `marked`: linked blobs and manifests, and whatever a live manifest names. */
function markRepository(survey: RepositorySurvey, rules: MarkRules, marked: Set<Digest>): RepositoryGarbage {
  const { repository, manifests, layers } = survey;
  const live = liveManifests(nodesOf(manifests), rootsOf(survey, rules));
  const named = blobsOf(live, manifests);
  const unreadable = [...live].filter((digest) => manifests.get(digest)?.content === undefined && layers.size > 0);
  const cutoff = isPushedTo(survey, named, rules.cutoff) ? Math.min(rules.cutoff, rules.pushCutoff) : rules.cutoff;
  const kept = [...layers].filter(
    ([digest, { touched }]) => unreadable.length > 0 || named.has(digest) || touched >= cutoff,
  );
  for (const digest of [...live, ...named, ...kept.map(([digest]) => digest)]) marked.add(digest);
  const keptLayers = new Set(kept.map(([digest]) => digest));
  return {
    repository,
    manifests: [...manifests]
      .filter(([digest]) => !live.has(digest))
      .map(([digest, { content }]) => ({ digest, subject: content?.subject })),
    layers: [...layers.keys()].filter((digest) => !keptLayers.has(digest)),
    unreadable,
  };
}

function* rootsOf({ repository, tags, manifests }: RepositorySurvey, rules: MarkRules): Generator<Digest> {
  for (const digest of tags.values()) if (!rules.isLetGo(repository, digest)) yield digest;
  for (const [digest, { link, content }] of manifests) {
    const pinned = content?.annotations != null && rules.isPinned(content.annotations);
    const untagged = rules.keepUntagged && !rules.isLetGo(repository, digest);
    if (untagged || pinned || link.touched >= rules.cutoff) yield digest;
  }
}

function nodesOf(manifests: ReadonlyMap<Digest, SurveyedManifest>): Map<Digest, Node> {
  const nodes = new Map<Digest, Node>();
  for (const [digest, { content }] of manifests) if (content !== undefined) nodes.set(digest, content);
  return nodes;
}

function blobsOf(live: ReadonlySet<Digest>, manifests: ReadonlyMap<Digest, SurveyedManifest>): Set<Digest> {
  const blobs = new Set<Digest>();
  for (const digest of live) for (const blob of manifests.get(digest)?.content?.blobs ?? []) blobs.add(blob);
  return blobs;
}

/** Whether bytes arrive, or have arrived lately and wait for their manifest. */
function isPushedTo({ sessions, layers }: RepositorySurvey, named: ReadonlySet<Digest>, cutoff: number): boolean {
  if (sessions.some(({ touched }) => touched >= cutoff)) return true;
  return layers.entries().some(([digest, { touched }]) => touched >= cutoff && !named.has(digest));
}
