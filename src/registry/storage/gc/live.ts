import type { Digest } from '../../../oci/digest.ts';

/** What decides whether a manifest keeps others alive. */
export interface Node {
  /** Manifests that it names. */
  readonly manifests: readonly Digest[];
  /** The manifest that it is about, if any. */
  readonly subject: Digest | undefined;
}

/**
 * The manifests that stay: the roots, what they name, and what is about them (referrers), all the way. A manifest that
 * names its subject does not keep the subject, only the other way round.
 */
export function liveManifests(nodes: ReadonlyMap<Digest, Node>, roots: Iterable<Digest>): Set<Digest> {
  const referrers = referrersBySubject(nodes);
  const live = new Set<Digest>();
  const waiting = [...roots];
  for (let digest = waiting.pop(); digest !== undefined; digest = waiting.pop()) {
    if (live.has(digest)) continue;
    live.add(digest);
    waiting.push(...(nodes.get(digest)?.manifests ?? []), ...(referrers.get(digest) ?? []));
  }
  return live;
}

function referrersBySubject(nodes: ReadonlyMap<Digest, Node>): Map<Digest, Digest[]> {
  const referrers = new Map<Digest, Digest[]>();
  for (const [digest, { subject }] of nodes) {
    if (subject === undefined) continue;
    const before = referrers.get(subject);
    if (before === undefined) referrers.set(subject, [digest]);
    else before.push(digest);
  }
  return referrers;
}
