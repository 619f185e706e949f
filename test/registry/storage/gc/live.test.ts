import test from 'ava';
import fc from 'fast-check';
import { type Digest, digestOf } from '../../../../src/oci/digest.ts';
import { liveManifests, type Node } from '../../../../src/registry/storage/gc/live.ts';

const ids = fc.integer({ min: 0, max: 12 });
const graphs = fc.dictionary(
  fc.integer({ min: 0, max: 12 }).map(String),
  fc.record({ manifests: fc.array(ids, { maxLength: 3 }), subject: fc.option(ids, { nil: undefined }) }),
);

function digest(id: number | string): Digest {
  return digestOf(`manifest ${id}`);
}

function nodesOf(graph: Record<string, { manifests: number[]; subject: number | undefined }>): Map<Digest, Node> {
  return new Map(
    Object.entries(graph).map(([id, { manifests, subject }]) => [
      digest(id),
      { manifests: manifests.map(digest), subject: subject === undefined ? undefined : digest(subject) },
    ]),
  );
}

test('what stays is closed: nothing that stays names, or is the subject of, something that goes', (t) => {
  fc.assert(
    fc.property(graphs, fc.array(ids), (graph, rootIds) => {
      const nodes = nodesOf(graph);
      const roots = rootIds.map(digest);
      const live = liveManifests(nodes, roots);
      for (const root of roots) t.true(live.has(root));
      for (const [one, { manifests, subject }] of nodes) {
        if (live.has(one)) for (const below of manifests) t.true(live.has(below));
        if (subject !== undefined && live.has(subject)) t.true(live.has(one));
      }
    }),
  );
});

test('what stays is as little as can be: without one of it, it would not be closed', (t) => {
  fc.assert(
    fc.property(graphs, fc.array(ids), (graph, rootIds) => {
      const nodes = nodesOf(graph);
      const roots = new Set(rootIds.map(digest));
      const live = liveManifests(nodes, roots);
      for (const one of live) {
        const named = [...live].some((other) => nodes.get(other)?.manifests.includes(one));
        const subject = nodes.get(one)?.subject;
        t.true(roots.has(one) || named || (subject !== undefined && live.has(subject)));
      }
    }),
  );
});

test('a referrer does not keep its subject', (t) => {
  const nodes = nodesOf({ 1: { manifests: [], subject: undefined }, 2: { manifests: [], subject: 1 } });
  t.deepEqual([...liveManifests(nodes, [digest(2)])], [digest(2)]);
});
