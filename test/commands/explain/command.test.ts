import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { stringify } from 'yaml';
import { failedPod, nodeOf, podEvent, startError, waiting } from '../../helpers/failed-pod.ts';
import { fixturePath, temporaryFolder } from '../../helpers/fixtures.ts';
import { thaw, thawOk } from '../../helpers/thaw.ts';

const OPAQUE = 'OCI runtime restore failed: criu failed: type NOTIFY errno 0\nlog file: /run/x/restore.log';

test('without a cluster: pod, events and node from standard input, the image from the data folder', async (t) => {
  const env = { XDG_DATA_HOME: await temporaryFolder(t) };
  const image = await thawOk(['convert', fixturePath('crio/web'), '--quiet'], { env });
  const pod = failedPod([{ name: 'web', image, state: startError(OPAQUE) }]);
  const items = [pod, podEvent('Failed', `Error: ${OPAQUE}`, 'web'), nodeOf('containerd://2.3.7')];
  const text = await thawOk(['explain', '--from', '-'], { env, input: stringify({ kind: 'List', items }) });
  t.regex(text, /means {3}The archive was made by cri-o, and node node-b runs containerd 2\.3\.7/);
  t.regex(text, /and then\n {2}means {3}The pod lacks mounts .*: \/data/);
});

test("--log gives CRIU's own words, with a pod or without", async (t) => {
  const folder = await temporaryFolder(t);
  const log = join(folder, 'restore.log');
  await writeFile(
    log,
    "(00.02)      1: Error (criu/files-reg.c:2353): Can't open file data/log on restore: No such file or directory\n",
  );
  t.regex(
    await thawOk(['explain', '--log', log]),
    /^what was said, without a pod\n\nlog\n {2}said .*\n {2}means {3}The process had the file data\/log open/,
  );
  const from = join(folder, 'pod.yaml');
  await writeFile(from, stringify(failedPod([{ name: 'web', state: startError(OPAQUE) }])));
  const env = { XDG_DATA_HOME: folder };
  const { parts } = JSON.parse(await thawOk(['explain', '--from', from, '--log', log, '--json'], { env }));
  t.deepEqual(
    parts[0].explanations.map(({ id }: { id: string }) => id),
    ['criu-file-missing'],
  );
});

test('the answer to a checkpoint call is explained like a log', async (t) => {
  const input =
    'Error from server (Forbidden): nodes "node-b" is forbidden: User "mover" cannot create resource "nodes/proxy" in API group "" at the cluster scope';
  t.regex(
    await thawOk(['explain', '--log', '-'], { input }),
    /change {2}Bind mover to a ClusterRole that allows the verb create on nodes\/proxy/,
  );
});

test('a registry that cannot be reached is noted, and the rest is explained', async (t) => {
  const image = `127.0.0.1:1/checkpoints@sha256:${'a'.repeat(64)}`;
  const pod = failedPod([{ name: 'web', image, state: waiting('CreateContainerError', 'no command specified') }]);
  const items = [pod, nodeOf('containerd://2.4.2')];
  const text = await thawOk(['explain', '--from', '-'], { input: stringify({ kind: 'List', items }) });
  t.regex(text, /Node node-b runs containerd 2\.4\.2, which cannot restore/);
  t.regex(text, /note: the manifest of 127\.0\.0\.1:1\/checkpoints@sha256:a+ could not be read: /);
});

const wrong = test.macro({
  async exec(t, args: string[], words: RegExp, input?: string) {
    const { exitCode, stderr } = await thaw(['explain', ...args], {
      input: input ?? '',
      env: { KUBECONFIG: '', HOME: '/nowhere' },
    });
    t.is(exitCode, 2);
    t.regex(stderr, words);
  },
  title: (title) => `${title} is an error of use`,
});

const INPUT = stringify(failedPod([{ name: 'web' }]));

test('nothing to explain', wrong, [], /USAGE: Nothing was named to explain/i);
test('reading standard input twice', wrong, ['--from', '-', '--log', '-'], /USAGE: standard input can be read once/i);
test('events without their pod', wrong, ['web-0', '--events', 'e.yaml'], /USAGE: --events goes with --from/);
test(
  'a container that the pod does not have',
  wrong,
  ['--from', '-', '-c', 'db'],
  /USAGE: the pod has no container db/i,
  INPUT,
);
test(
  'a log that is not there',
  wrong,
  ['web-0', '--log', '/nowhere/restore.log'],
  /USAGE: \/nowhere\/restore\.log cannot be read/i,
);
test('a cluster without a kubeconfig', wrong, ['web-0'], /KUBECONFIG_INVALID/);
