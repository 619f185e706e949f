import test from 'ava';
import { type PodQuestion, podManifest } from '../../src/commands/pod-manifest.ts';
import { readKubeYaml } from '../../src/kube/kube-yaml.ts';
import { checkpoint, NOW, podText, referenceOf, TOKEN_PATH } from '../helpers/restore.ts';
import { throwsCode } from '../helpers/throws.ts';

const requiredMounts = [
  { destination: '/data', readOnly: false },
  { destination: TOKEN_PATH, readOnly: true },
];
const checkpoints = ['web', 'web-sidecar', 'cache'].map((container) => checkpoint(container, { requiredMounts }));
const question = (changes: Partial<PodQuestion> = {}): PodQuestion => ({
  checkpoints,
  from: { text: podText('web-0'), origin: 'pod.yaml' },
  node: 'node-b',
  now: NOW,
  ...changes,
});

test('the YAML is the pod, beginning as a person expects it', (t) => {
  const { yaml, data } = podManifest(question());
  t.true(yaml.startsWith('apiVersion: v1\nkind: Pod\nmetadata:\n  name: web-0-restored\n  namespace: shop\n'));
  t.true(yaml.endsWith('\n'));
  t.deepEqual(readKubeYaml(yaml), [data.pod]);
  t.regex(yaml, /name: DEBUG\n +value: "on"\n/);
});

test('the answers behind --volume, --labels and --init-containers reach the pod', (t) => {
  const { data } = podManifest(
    question({ volume: ['/data=pvc:copy'], labels: 'keep', initContainers: 'keep', name: 'web-copy' }),
  );
  t.like(data.pod, {
    metadata: { name: 'web-copy', labels: { app: 'web' } },
    spec: { initContainers: [{ name: 'prepare' }] },
  });
  t.true(data.pod.spec?.volumes?.some((volume) => volume.persistentVolumeClaim?.claimName === 'copy'));
});

test('without --from the pod is made of what the archives tell', (t) => {
  const { from: _, ...bare } = question({ volume: ['/data=emptyDir'] });
  const { data, yaml } = podManifest(bare);
  t.is(data.pod.spec?.containers[2]?.image, referenceOf('cache'));
  t.regex(yaml, /volumes:\n {4}- name: data\n {6}emptyDir: \{\}\n/);
});

test('the explanation has a line for each decision, in columns', (t) => {
  const { explain, data } = podManifest(question());
  const lines = explain.split('\n');
  t.is(lines.length, data.decisions.length);
  t.true(
    lines.includes(lines.find((line) => /^dropped {2}spec\.affinity {2,}the target node is named/.test(line)) ?? ''),
  );
  const columns = new Set(data.decisions.map(({ reason }, index) => (lines[index] ?? '').length - reason.length));
  t.is(columns.size, 1);
});

test('the notes are those of the restore', (t) => {
  const { notes, data } = podManifest(question());
  t.deepEqual(notes, data.notes);
  t.true(notes.length > 3);
});

test('a --volume that cannot be understood stops it', async (t) => {
  await throwsCode(t, 'USAGE', () => podManifest(question({ volume: ['data'] })));
});

test('--method and --restart reach the pod', (t) => {
  const { data } = podManifest(question({ method: 'runtime', restart: 'cold' }));
  t.like(data.pod.spec, { runtimeClassName: 'thaw', restartPolicy: 'Always' });
});
