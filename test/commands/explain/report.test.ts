import { PassThrough } from 'node:stream';
import test from 'ava';
import fc from 'fast-check';
import { diagnose } from '../../../src/commands/explain/diagnose.ts';
import { report } from '../../../src/commands/explain/report.ts';
import { ended, failedPod, nodeOf, podEvent, waiting } from '../../helpers/failed-pod.ts';

const plain = new PassThrough();
const unreadable = async () => 'the registry sleeps';

async function words(pod: object, more: object = {}): Promise<string> {
  return report(
    await diagnose({ pod, name: 'shop/web-0-restored', events: [], notes: [], ...more }, unreadable),
    plain,
  );
}

test('a failure is told as what was said, what it means and what to change', async (t) => {
  const message = 'checkpoint restore via CreateContainer is disabled by configuration';
  const pod = failedPod([{ name: 'web', state: waiting('CreateContainerError', message) }]);
  t.is(
    await words(pod, { node: nodeOf('containerd://2.3.7') }),
    `pod shop/web-0-restored on node-b (containerd 2.3.7, amd64): it failed

container web: waiting: CreateContainerError
  said    CreateContainerError: checkpoint restore via CreateContainer is disabled by configuration
  means   Restore is switched off in node node-b's containerd, as it is by default since 2.2.7 and 2.3.4.
  change  Set enable_experimental_restore_via_create = true under [plugins."io.containerd.cri.v1.runtime"] in the node's /etc/containerd/config.toml, and restart containerd.

note: the registry sleeps`,
  );
});

test('several readings follow one another, each with its word', async (t) => {
  const pod = failedPod([{ name: 'web', state: waiting('CreateContainerError', 'no command specified') }]);
  const text = await words(pod, { node: nodeOf('cri-o://1.37.0') });
  t.regex(
    text,
    / {2}means {3}Restore is switched off in CRI-O on node node-b.*\n {2}change .*\n {2}or\n {2}said .*\n {2}means {3}The base image/s,
  );
});

test('a pod that is well has nothing to explain', async (t) => {
  const text = await words(failedPod([{ name: 'web', state: { running: {} }, ready: true }]));
  t.is(
    text,
    'pod shop/web-0-restored on node-b: every container is well: nothing to explain\n\ncontainer web: running',
  );
});

test('a pod that waits for its image has nothing to explain yet', async (t) => {
  const text = await words(failedPod([{ name: 'web', state: waiting('ContainerCreating') }], { nodeName: undefined }));
  t.regex(
    text,
    /^pod shop\/web-0-restored on no node yet: still on its way, .*nothing to explain yet\n\ncontainer web: waiting: ContainerCreating\n/,
  );
});

test('an unknown text is quoted, with the places to look at next', async (t) => {
  const pod = failedPod([{ name: 'web', state: waiting('Odd', 'the moon\nis full') }]);
  const onContainerd = await words(pod, { node: nodeOf('containerd://2.3.7') });
  t.regex(onContainerd, /said {4}Odd: the moon is full\n {2}means {3}Thaw does not know this text\./);
  t.regex(onContainerd, /look {4}kubectl describe pod web-0-restored -n shop\n/);
  t.regex(onContainerd, /look {4}on node node-b: journalctl -u containerd -u kubelet\n.*CriuWorkPath/);
  const onCrio = await words(pod, { node: nodeOf('cri-o://1.37.0') });
  t.regex(onCrio, /journalctl -u crio -u kubelet\n.*\/run\/containers\/storage\/overlay-containers/);
});

test('silence is called silence, and a program that ended has a log of its own', async (t) => {
  const silent = await words(failedPod([{ name: 'web', state: waiting('CreateContainerError') }]));
  t.regex(silent, /means {3}Nobody has said why\.\n {2}look/);
  const over = await words(failedPod([{ name: 'web', state: ended(137, 'OOMKilled') }]));
  t.regex(
    over,
    /container web: its program ended with exit code 137 \(OOMKilled\)\n {2}look {4}the program's own log says why: kubectl logs web-0-restored -n shop -c web$/m,
  );
});

test('of a log that nobody understands its first errors are shown', async (t) => {
  const lines = Array.from({ length: 50 }, (_, at) => `(00.${at}) ${at % 2 === 0 ? 'Error' : 'fine'} number ${at}`);
  const text = report(await diagnose({ events: [], notes: [], log: lines.join('\n') }, unreadable), plain);
  t.regex(
    text,
    /^what was said, without a pod\n\nlog\n {2}said {4}\(00\.0\) Error number 0\n {2}said {4}\(00\.2\) Error number 2\n/,
  );
  t.is(text.match(/said/g)?.length, 11);
  const quiet = report(await diagnose({ events: [], notes: [], log: 'a\n\nb\n' }, unreadable), plain);
  t.regex(quiet, /said {4}a\n {2}said {4}b\n/);
});

const nasty = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.constantFrom('\u001b[31m', '\u009b2J', '\r', '\n', '\u202e', '\u0007', 'no such host'),
    ),
    { maxLength: 6 },
  )
  .map((pieces) => pieces.join(''));

test('nothing from outside reaches the terminal raw', async (t) => {
  await fc.assert(
    fc.asyncProperty(nasty, nasty, nasty, nasty, async (message, reason, name, event) => {
      const pod = failedPod([{ name, state: waiting(reason, message) }], { nodeName: reason });
      const events = [podEvent(reason, event, name), podEvent(event, message)];
      const question = {
        pod,
        name: `shop/${name}`,
        events,
        log: message,
        notes: [event],
        node: nodeOf(`containerd://${name}`),
      };
      const text = report(await diagnose(question, async () => reason), plain);
      return text.split('\n').every((line) => !/[\p{Cc}\p{Cf}\u2028\u2029]/u.test(line));
    }),
  );
  t.pass();
});
