import test from 'ava';
import { parseSourcePod } from '../../src/kube/source-pod.ts';
import { podText } from '../helpers/restore.ts';
import { throwsCode } from '../helpers/throws.ts';

const POD = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web-0' }, spec: { containers: [{ name: 'web' }] } };
const json = JSON.stringify;
const withSpec = (spec: object) => json({ ...POD, spec: { ...POD.spec, ...spec } });

test('a pod that kubectl printed as YAML is read', (t) => {
  const pod = parseSourcePod(podText('web-0'), 'pod.yaml');
  t.like(pod, { metadata: { name: 'web-0', namespace: 'shop' }, spec: { nodeName: 'node-a' } });
});

test('a pod as JSON is read', (t) => {
  t.deepEqual(parseSourcePod(json(POD), 'pod.json') as object, POD);
});

test('a List of one pod is that pod', (t) => {
  t.is(parseSourcePod(podText('batch'), 'pod.yaml').metadata?.name, 'batch');
  t.is(parseSourcePod(json({ kind: 'PodList', apiVersion: 'v1', items: [POD] }), 'x').metadata?.name, 'web-0');
});

test('a pod that a person wrote is read as kubectl reads it', (t) => {
  const pod = parseSourcePod(podText('by-hand'), 'pod.yaml');
  t.like(pod.spec?.containers[0], { name: 'web', tty: false });
  t.like(pod.spec?.volumes?.[0], { configMap: { defaultMode: 0o640 } });
});

test('empty documents beside the pod do not matter', (t) => {
  t.is(parseSourcePod(`---\n# the pod\n---\n${json(POD)}\n---\n`, 'x').metadata?.name, 'web-0');
});

test('lists that are null are as good as absent', (t) => {
  t.notThrows(() => parseSourcePod(withSpec({ volumes: null, initContainers: null }), 'x'));
});

const refuses = test.macro({
  async exec(t, text: string, why: string) {
    const error = await throwsCode(t, 'POD_INVALID', () => parseSourcePod(text, 'pod.yaml'));
    t.is(error?.found, `pod.yaml is no pod to restore from: ${why}`);
    t.is(error?.facts['origin'], 'pod.yaml');
  },
  title: (title = '') => `refused: ${title}`,
});

test('an empty text', refuses, '', 'it holds no object');
test('an empty List', refuses, json({ kind: 'List', apiVersion: 'v1', items: [] }), 'it holds no object');
test('a List of two', refuses, json({ kind: 'List', items: [POD, POD] }), 'it holds 2 objects instead of one');
test('two documents', refuses, `${json(POD)}\n---\n${json(POD)}`, 'it holds 2 objects instead of one');
test('a text', refuses, 'hello', 'it holds no Kubernetes object');
test('a list', refuses, '[1, 2]', 'it holds no Kubernetes object');
test(
  'another kind',
  refuses,
  json({ apiVersion: 'apps/v1', kind: 'Deployment' }),
  'it holds a Deployment of apps/v1 instead of a Pod of v1',
);
test('no kind', refuses, json({ metadata: {} }), 'it holds an object without a kind instead of a Pod of v1');
test(
  'a Pod of somebody else',
  refuses,
  json({ ...POD, apiVersion: 'v2' }),
  'it holds a Pod of v2 instead of a Pod of v1',
);
test('no name', refuses, json({ ...POD, metadata: { generateName: 'web-' } }), 'its pod has no metadata.name');
test(
  'a namespace that is no text',
  refuses,
  json({ ...POD, metadata: { name: 'x', namespace: 1 } }),
  'its metadata.namespace is no text',
);
test('no spec', refuses, json({ ...POD, spec: undefined }), 'its pod has no spec.containers');
test('no containers', refuses, withSpec({ containers: [] }), 'its pod has no spec.containers');
test(
  'containers without names',
  refuses,
  withSpec({ containers: [{ image: 'x' }] }),
  'its spec.containers is no list of objects with a name',
);
test(
  'containers that are no list',
  refuses,
  withSpec({ containers: { web: {} } }),
  'its spec.containers is no list of objects with a name',
);
test(
  'volumes without names',
  refuses,
  withSpec({ volumes: [{ emptyDir: {} }] }),
  'its spec.volumes is no list of objects with a name',
);
test(
  'init containers without names',
  refuses,
  withSpec({ initContainers: ['x'] }),
  'its spec.initContainers is no list of objects with a name',
);
test(
  'mounts without a path',
  refuses,
  withSpec({ containers: [{ name: 'web', volumeMounts: [{ name: 'x' }] }] }),
  'container web has a volumeMount without a name or mountPath',
);
test(
  'mounts that are no list',
  refuses,
  withSpec({ initContainers: [{ name: 'a', volumeMounts: 'x' }] }),
  'container a has a volumeMount without a name or mountPath',
);

test('refused: what is neither YAML nor JSON, with the place', async (t) => {
  const error = await throwsCode(t, 'POD_INVALID', () => parseSourcePod('kind: Pod\nspec: [', 'pod.yaml'));
  t.regex(error?.found ?? '', /^pod\.yaml is no pod to restore from: it is neither YAML nor JSON: .*line 2/);
  t.true(error?.cause instanceof Error);
});
