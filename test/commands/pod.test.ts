import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { parse } from 'yaml';
import { fixturePath, temporaryFolder } from '../helpers/fixtures.ts';
import { thaw, thawOk } from '../helpers/thaw.ts';

const DATA = ['--volume', '/data=pvc:web-data'];

test('an archive and its reference give the same pod, named immutably', async (t) => {
  const env = { XDG_DATA_HOME: await temporaryFolder(t) };
  const archive = fixturePath('crio/web');
  const reference = await thawOk(['convert', archive, '--quiet'], { env });
  const fromArchive = parse(await thawOk(['pod', archive, ...DATA, '--node', 'node-b'], { env }));
  const fromImage = parse(await thawOk(['pod', reference, ...DATA, '--node', 'node-b'], { env }));
  t.is(fromArchive.spec.containers[0].image, reference);
  t.is(fromArchive.spec.nodeName, 'node-b');
  fromArchive.metadata.annotations['migration.timestamp'] = fromImage.metadata.annotations['migration.timestamp'];
  t.deepEqual(fromArchive, fromImage);
});

test('--pull-from says what the nodes call the repository', async (t) => {
  const env = { XDG_DATA_HOME: await temporaryFolder(t) };
  const reference = await thawOk(['convert', fixturePath('crio/web'), '--quiet'], { env });
  const text = await thawOk(['pod', reference, ...DATA, '--pull-from', 'registry.shop.example/frozen'], { env });
  const { image } = parse(text).spec.containers[0];
  t.is(image, reference.replace('checkpoint-registry.local/checkpoints', 'registry.shop.example/frozen'));
});

test('an archive that was not converted is NOT_FOUND, with the line that converts it', async (t) => {
  const env = { XDG_DATA_HOME: await temporaryFolder(t) };
  const { exitCode, stderr } = await thaw(['pod', fixturePath('crio/web'), ...DATA], { env });
  t.is(exitCode, 4);
  t.regex(stderr, /Convert it first: thaw convert \S+ --to checkpoint-registry\.local\/checkpoints/);
});

test('a mount whose kind nothing tells is an error that names it', async (t) => {
  const env = { XDG_DATA_HOME: await temporaryFolder(t) };
  const reference = await thawOk(['convert', fixturePath('crio/web'), '--quiet'], { env });
  const { exitCode, stderr, stdout } = await thaw(['pod', reference], { env });
  t.is(exitCode, 9);
  t.regex(stderr, /MOUNT_UNKNOWN: .*\/data/);
  t.is(stdout, '');
});

test('--from reads the source pod from a file or standard input, and --explain says why each field is as it is', async (t) => {
  const folder = await temporaryFolder(t);
  const env = { XDG_DATA_HOME: folder };
  const reference = await thawOk(['convert', fixturePath('crio/web'), '--quiet'], { env });
  const source = `
apiVersion: v1
kind: Pod
metadata: { name: web-0, namespace: shop, uid: 7d3f0a52-9d8e-4b43-8e6b-51b6f3a0c111, labels: { app: web } }
spec:
  nodeName: node-a
  containers:
    - { name: web, image: nginx, command: [nginx], volumeMounts: [{ name: data, mountPath: /data }] }
  volumes:
    - { name: data, persistentVolumeClaim: { claimName: web-data } }
`;
  await writeFile(join(folder, 'pod.yaml'), source);
  const named = parse(
    await thawOk(['pod', reference, '--from', join(folder, 'pod.yaml'), '--node', 'node-b'], { env }),
  );
  const piped = await thaw(['pod', reference, '--from', '-', '--node', 'node-b', '--explain'], { env, input: source });
  t.deepEqual(parse(piped.stdout).spec, named.spec);
  t.deepEqual(named.metadata.labels, { app: 'web' });
  t.is(named.spec.containers[0].command, undefined);
  t.regex(piped.stderr, /dropped +spec\.containers\[web\]\.command +\S/);
  t.regex(piped.stderr, /set +spec\.nodeName +\S/);
});

test('a source pod that cannot be read is POD_INVALID', async (t) => {
  const env = { XDG_DATA_HOME: await temporaryFolder(t) };
  const reference = await thawOk(['convert', fixturePath('crio/web'), '--quiet'], { env });
  const { exitCode, stderr } = await thaw(['pod', reference, '--from', '/nowhere/pod.yaml'], { env });
  t.is(exitCode, 9);
  t.regex(stderr, /POD_INVALID: \/nowhere\/pod\.yaml cannot be read \(ENOENT\)/);
});
