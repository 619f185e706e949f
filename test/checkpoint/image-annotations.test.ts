import test from 'ava';
import { CRIO, CRIU, OCI, PODMAN, THAW } from '../../src/checkpoint/annotations.ts';
import { annotationsFor } from '../../src/checkpoint/image-annotations.ts';
import { FIXTURE_METADATA } from './fixture-metadata.ts';

const EXTRA = { archiveName: 'web.tar', archiveSize: 309_760, layers: 'single' } as const;
const POD = { name: 'web-0', namespace: 'shop', uid: '7d3f0a52-9d8e-4b43-8e6b-51b6f3a0c111' };
const IMAGE = '127.0.0.1:5000/bb:2';
const ID = '8a72b155bcc7772ac439426cc932237de7a761f35ac7a024282c425bb8067a8d';
const DIGEST = 'sha256:3e96f93a0a16d38e2f87758c709d4963be74c1370e96817c4cb1e12151ae0587';

test("an archive of CRI-O's gets the annotations of every engine", (t) => {
  t.deepEqual(annotationsFor(FIXTURE_METADATA['crio/web'], EXTRA), {
    [CRIO.name]: 'web',
    [CRIO.rawImageName]: IMAGE,
    [CRIO.rootfsImageID]: ID,
    [CRIO.rootfsImageName]: IMAGE,
    [PODMAN.name]: 'web',
    [PODMAN.rawImageName]: IMAGE,
    [PODMAN.rootfsImageID]: ID,
    [PODMAN.rootfsImageName]: IMAGE,
    [PODMAN['runtime.name']]: 'runc',
    [PODMAN['host.arch']]: 'amd64',
    [CRIU['container.name']]: 'web',
    [CRIU['engine.name']]: 'CRI-O',
    [CRIU['pod.name']]: POD.name,
    [CRIU['pod.namespace']]: POD.namespace,
    [CRIU['pod.uid']]: POD.uid,
    [CRIU.rawImageName]: IMAGE,
    [CRIU.rootfsImageID]: ID,
    [CRIU.rootfsImageName]: IMAGE,
    [CRIU.rootfsImageSha]: DIGEST,
    [CRIU.rootfsImageUserRequested]: IMAGE,
    [CRIU['runtime.name']]: 'runc',
    [CRIU['host.arch']]: 'amd64',
    [OCI.created]: '2026-11-22T07:03:10.891531518Z',
    [OCI.title]: 'web.tar',
    [OCI['base.name']]: IMAGE,
    [OCI['base.digest']]: DIGEST,
    [THAW.format]: '1',
    [THAW['engine.name']]: 'cri-o',
    [THAW['container.name']]: 'web',
    [THAW['container.id']]: '5976928074a664b4023b1beeaf6bb8de7c52a01e8809bb8a1289ecbd5eb0e3c2',
    [THAW['pod.name']]: POD.name,
    [THAW['pod.namespace']]: POD.namespace,
    [THAW['pod.uid']]: POD.uid,
    [THAW['base.name']]: IMAGE,
    [THAW['base.id']]: ID,
    [THAW['base.repo-digest']]: `127.0.0.1:5000/bb@${DIGEST}`,
    [THAW.runtime]: 'runc',
    [THAW.created]: '2026-11-22T07:03:04.427862475Z',
    [THAW.checkpointed]: '2026-11-22T07:03:10.891531518Z',
    [THAW.architecture]: 'amd64',
    [THAW['required-mounts']]:
      '[{"destination":"/data","readOnly":false},{"destination":"/var/run/secrets/kubernetes.io/serviceaccount","readOnly":true,"volume":{"kind":"serviceAccount"}}]',
    [THAW['memory.pages']]: '33',
    [THAW['memory.bytes']]: '135168',
    [THAW['memory.compressed']]: 'false',
    [THAW['tcp.listening']]: '0',
    [THAW['tcp.connected']]: '0',
    [THAW['archive.name']]: 'web.tar',
    [THAW['archive.size']]: '309760',
    [THAW.layers]: 'single',
  });
});

test('what is not known has no annotation', (t) => {
  const annotations = annotationsFor(FIXTURE_METADATA['podman/counter'], EXTRA);
  const absent = [
    THAW['pod.name'],
    THAW['base.repo-digest'],
    CRIU['pod.name'],
    CRIU.rootfsImageSha,
    OCI['base.digest'],
  ];
  for (const name of absent) t.false(name in annotations, name);
  t.false(Object.values(annotations).includes(undefined as never));
});

for (const [name, metadata] of Object.entries(FIXTURE_METADATA)) {
  test(`every engine finds the image of ${name} as its own`, (t) => {
    const annotations = annotationsFor(metadata, EXTRA);
    t.is(annotations[CRIO.name], metadata.container.name);
    t.is(annotations[PODMAN.name], metadata.container.name);
    t.is(annotations[PODMAN['runtime.name']], metadata.runtime);
    t.is(annotations[CRIU['container.name']], metadata.container.name);
  });
}

test("an engine's version goes only where that engine looks", (t) => {
  const version = (name: 'cri-o' | 'podman' | 'containerd') => {
    const annotations = annotationsFor({ ...FIXTURE_METADATA['crio/web'], engine: { name, version: '5.4.2' } }, EXTRA);
    return [CRIO['cri-o.version'], PODMAN['podman.version'], CRIU['engine.version'], THAW['engine.version']].map(
      (key) => annotations[key],
    );
  };
  t.deepEqual(version('cri-o'), ['5.4.2', undefined, '5.4.2', '5.4.2']);
  t.deepEqual(version('podman'), [undefined, '5.4.2', '5.4.2', '5.4.2']);
  t.deepEqual(version('containerd'), [undefined, undefined, '5.4.2', '5.4.2']);
});

test('the annotations stand in the order of their names', (t) => {
  const keys = Object.keys(annotationsFor(FIXTURE_METADATA['containerd/web'], EXTRA));
  t.deepEqual(keys, keys.toSorted());
});
