import test from 'ava';
import { restoredPod } from '../../../../../src/controller/migration/restored-pod/restored-pod.ts';
import { decisionOn, metadataOf, podOf, request } from '../../../../helpers/restore.ts';

const labels = { app: 'web' };
const replicaSet = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web-7d', uid: 'u' };

const DROPPED: Readonly<Record<string, unknown>> = {
  creationTimestamp: '2026-11-22T07:03:01Z',
  deletionGracePeriodSeconds: 30,
  deletionTimestamp: '2026-11-22T07:03:01Z',
  finalizers: ['example.com/backup'],
  generateName: 'web-',
  generation: 1,
  managedFields: [{ manager: 'kubelet' }],
  ownerReferences: [{ ...replicaSet, controller: true }],
  resourceVersion: '1',
  selfLink: '/api/v1/namespaces/shop/pods/web-0',
  uid: '7d3f0a52-9d8e-4b43-8e6b-51b6f3a0c111',
};

for (const [field, value] of Object.entries(DROPPED)) {
  test(`metadata.${field} is dropped`, (t) => {
    const restored = restoredPod(request({ source: podOf({}, { [field]: value }) }));
    t.deepEqual(Object.keys(metadataOf(restored)).sort(), ['annotations', 'name', 'namespace']);
    t.regex(decisionOn(restored, `metadata.${field}`) ?? '', /^dropped: /);
  });
}

test('the name is that of the source pod with -restored behind it, in the same namespace', (t) => {
  t.like(metadataOf(restoredPod(request({ source: podOf() }))), { name: 'web-0-restored', namespace: 'shop' });
});

test('a pod without a namespace gets none: that of kubectl decides', (t) => {
  const metadata = metadataOf(restoredPod(request({ source: podOf({}, { namespace: undefined }) })));
  t.false('namespace' in metadata);
});

test('labels of a pod without an owner are kept', (t) => {
  const restored = restoredPod(request({ source: podOf({}, { labels }) }));
  t.deepEqual(metadataOf(restored)['labels'], labels);
});

test('labels of a pod whose owner does not control it are kept', (t) => {
  for (const owner of [replicaSet, { ...replicaSet, controller: false }]) {
    const restored = restoredPod(request({ source: podOf({}, { labels, ownerReferences: [owner] }) }));
    t.deepEqual(metadataOf(restored)['labels'], labels);
  }
});

test('labels of a pod with a controlling owner are dropped, and the note names the owner', (t) => {
  const ownerReferences = [
    { ...replicaSet, kind: 'Widget' },
    { ...replicaSet, controller: true },
  ];
  const restored = restoredPod(request({ source: podOf({}, { labels, ownerReferences }) }));
  t.false('labels' in metadataOf(restored));
  t.regex(decisionOn(restored, 'metadata.labels') ?? '', /^dropped: the owner would take/);
  t.regex(restored.notes.join('\n'), /labels are dropped, so that ReplicaSet web-7d does not adopt .*--labels keep/);
});

test('labels of a pod with a controlling owner are kept when asked for, with a warning that names it', (t) => {
  const ownerReferences = [{ ...replicaSet, controller: true }];
  const restored = restoredPod(request({ source: podOf({}, { labels, ownerReferences }), keepLabels: true }));
  t.deepEqual(metadataOf(restored)['labels'], labels);
  t.regex(restored.notes.join('\n'), /labels are kept: ReplicaSet web-7d may adopt/);
  t.false('ownerReferences' in metadataOf(restored));
});

test('a pod with an owner but no labels says nothing of labels', (t) => {
  const restored = restoredPod(
    request({ source: podOf({}, { ownerReferences: [{ ...replicaSet, controller: true }] }) }),
  );
  t.is(decisionOn(restored, 'metadata.labels'), undefined);
  t.false(restored.notes.some((note) => note.includes('labels are')));
});
