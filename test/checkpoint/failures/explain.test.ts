import test from 'ava';
import fc from 'fast-check';
import { FAILURES } from '../../../src/checkpoint/failures/catalogue.ts';
import type { FailureContext } from '../../../src/checkpoint/failures/context.ts';
import { explainFailure } from '../../../src/checkpoint/failures/explain.ts';
import type { FailureText } from '../../../src/checkpoint/failures/failure.ts';
import { ThawError } from '../../../src/errors.ts';
import { imageOf, NODE, POD, soundContext } from './contexts.ts';

const status = (text: string): FailureText => ({ origin: 'status', reason: 'CreateContainerError', text });
const ids = (texts: readonly FailureText[], context?: FailureContext) =>
  explainFailure(texts, context).map(({ id }) => id);

const OPAQUE = 'OCI runtime restore failed: criu failed: type NOTIFY errno 0\nlog file: /run/x/restore.log';
const NO_COMMAND = 'failed to generate container "a" spec: failed to generate spec: no command specified';

test('what nobody knows gives nothing', (t) => {
  t.deepEqual(explainFailure([status('the moon is full')], soundContext()), []);
  t.deepEqual(explainFailure([]), []);
});

test("CRIU's own word comes before what the runtime made of it, and pushes the general words aside", (t) => {
  const log: FailureText = {
    origin: 'log',
    text: `(00.01) Error: File data/db has bad size 27 (expect 24)\nRestoring FAILED.`,
  };
  t.deepEqual(ids([status(OPAQUE)]), ['criu-restore-failed']);
  t.deepEqual(ids([status(OPAQUE), log]), ['criu-file-size']);
});

test('of a log the line that says it is quoted, without the rest', (t) => {
  const lines = [
    '(00.01) pie: 1: ok',
    '(00.02)      1: Error (criu/files-reg.c:2175): File data/db has bad size 27 (expect 24)',
  ];
  const [found] = explainFailure([{ origin: 'log', text: lines.join('\r\n') }]);
  t.is(found?.quote?.text, lines[1]);
  t.deepEqual(found?.facts, { path: 'data/db', found: '27', expected: '24' });
});

test('a text that names one cause is not read as a more general one too', (t) => {
  const text =
    'failed to pull checkpoint base image r.local/base@sha256:0: failed to do request: Head "https://r.local/v2/": dial tcp 10.0.0.1:443: connect: connection refused';
  t.deepEqual(ids([status(text)]), ['containerd-base-image']);
});

test('what is said twice is explained once', (t) => {
  const text = 'checkpoint restore via CreateContainer is disabled by configuration';
  t.deepEqual(ids([status(text), { origin: 'event', text: `Error: ${text}` }]), ['containerd-restore-off']);
});

test('an opaque text is explained by the mount that image and pod show to be missing', (t) => {
  const context = { ...soundContext(), pod: { ...POD, mounts: POD.mounts.filter((path) => path !== '/data') } };
  const [found, ...more] = explainFailure([status(OPAQUE)], context);
  t.is(found?.id, 'mount-missing');
  t.regex(found?.title ?? '', /: \/data$/);
  t.is(found?.quote, undefined);
  t.deepEqual(more, []);
});

test('a mount that the log does not name is named by the check, and the log is quoted', (t) => {
  const context = { ...soundContext(), pod: { ...POD, mounts: [] } };
  const log: FailureText = {
    origin: 'log',
    text: 'Error (criu/mount.c:3141): mnt: No mapping for 170:(null) mountpoint',
  };
  const [found] = explainFailure([log], context);
  t.is(found?.id, 'mount-missing');
  t.is(found?.quote?.text, log.text);
  t.true(found?.title.includes('/data'));
});

const noCommand = test.macro({
  exec(t, context: FailureContext, expected: string[]) {
    t.deepEqual(ids([status(NO_COMMAND)], context), expected);
  },
  title: (title) => `"no command specified" ${title}`,
});

const plain = { ...imageOf(), annotations: {} };
const on = (name: string, version: string) => ({ ...NODE, engine: { name, version } });

test('with nothing known may be either', noCommand, {}, ['no-command']);
test('on containerd 2.4 is its lack of a restore', noCommand, { node: on('containerd', '2.4.2') }, [
  'containerd-cannot-restore',
]);
test('on containerd 2.0 is its lack of a restore', noCommand, { node: on('containerd', '2.0.14') }, [
  'containerd-cannot-restore',
]);
test('on containerd 2.3 is a missing annotation, or a base image without a command', noCommand, { node: NODE }, [
  'annotation-missing',
  'containerd-base-without-command',
]);
test(
  'of an annotated image on containerd 2.3 is a base image without a command',
  noCommand,
  { node: NODE, image: imageOf() },
  ['containerd-base-without-command'],
);
test(
  'on CRI-O is a restore that is switched off, or a base image without a command',
  noCommand,
  {
    node: on('cri-o', '1.37.0'),
  },
  ['crio-restore-off', 'crio-base-without-command'],
);
test('of an image without annotations is that, on CRI-O', noCommand, { node: on('cri-o', '1.37.0'), image: plain }, [
  'annotation-missing',
  'crio-base-without-command',
]);
test(
  'of an image without annotations is that, also on containerd 2.4',
  noCommand,
  {
    node: on('containerd', '2.4.2'),
    image: plain,
  },
  ['annotation-missing'],
);

const cold = 'exec: "/bin/counter": stat /bin/counter: no such file or directory';

test('a program that a checkpoint image does not hold was started cold', (t) => {
  t.deepEqual(ids([status(cold)], { node: on('containerd', '2.4.2') }), ['containerd-cannot-restore']);
  t.deepEqual(ids([status(cold)], { node: on('cri-o', '1.37.0') }), ['crio-restore-off']);
  t.deepEqual(ids([status(cold)], { node: NODE }), []);
});

test('the command that is in no image was run by a node that did not restore: which one, the method tells', (t) => {
  const refused = status('exec: "/.thaw/restore-only": stat /.thaw/restore-only: no such file or directory');
  t.deepEqual(ids([refused], { node: NODE, image: plain, pod: POD }), ['annotation-missing']);
  t.deepEqual(ids([refused], { node: on('containerd', '2.4.2'), pod: POD }), ['containerd-cannot-restore']);
  t.deepEqual(ids([refused], { node: NODE, pod: { ...POD, method: 'runtime' } }), ['thaw-runtime-not-used']);
});

test("the last word of CRIU's cgroup helper, which follows every failed restore, is no cause", (t) => {
  const log = [
    "(00.051317)      1: Error (criu/files-reg.c:2353): Can't open file data/log on restore: No such file or directory",
    '(00.056068) Error (criu/cgroup.c:2055): cg: cgroupd: recv req error: No such file or directory',
  ].join('\n');
  t.deepEqual(ids([{ origin: 'log', text: log }]), ['criu-file-missing']);
});

test('where nothing tells the names of node and image the words do without them', (t) => {
  const [found] = explainFailure([status('checkpoint restore via CreateContainer is disabled by configuration')]);
  t.regex(found?.title ?? '', /^restore is switched off in the node's containerd/);
});

test('a text cannot put placeholders, or facts of its own, into the words', (t) => {
  const [found] = explainFailure([status('Container image "{{node}}$&" is not present with pull policy of Never')]);
  t.regex(found?.title ?? '', /^the image \{\{node\}\}\$& is not on the node/);
});

const origin = fc.constantFrom<FailureText['origin']>('log', 'answer', 'status', 'event');
const piece = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constantFrom(...FAILURES.flatMap(({ examples }) => examples)),
  fc.constantFrom(
    '\u001b[2J',
    '\u202e',
    '\n',
    '\u0000',
    '{{',
    'expects following bind mounts defined (',
    'no command specified',
  ),
);
const hostile = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(''));
const texts = fc.array(fc.record({ origin, text: hostile }), { maxLength: 4 });
const context = fc.record(
  {
    image: fc.record({ reference: hostile, mediaType: hostile, annotations: fc.dictionary(hostile, hostile) }),
    node: fc.record(
      { name: hostile, engine: fc.record({ name: hostile, version: hostile }), architecture: hostile },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: [] },
);

test('hostile texts are explained or not, and never throw', (t) => {
  fc.assert(
    fc.property(texts, context, (said, known) => {
      for (const { id, quote } of explainFailure(said, known)) {
        if (FAILURES.every((failure) => failure.id !== id)) return false;
        if (quote !== undefined && !said.some(({ text }) => text.includes(quote.text))) return false;
      }
      return true;
    }),
  );
  t.pass();
});

test('an endless line, and a log without end, are looked at in part', (t) => {
  const line = `failed to resolve reference "${'a'.repeat(2_000_000)}`;
  t.deepEqual(ids([status(line), { origin: 'log', text: line }]), []);
  const log = `${'x\n'.repeat(300_000)}Error: File a has bad size 1 (expect 2)`;
  t.deepEqual(ids([{ origin: 'log', text: log }]), ['criu-file-size']);
});

test('what the runtime thaw says is told in its own words, and a mount that it misses only once', (t) => {
  const said = new ThawError('RESTORED_BEFORE', {
    message: 'the checkpoint was restored e.g. here',
    next: 'delete that pod first',
  });
  const [found] = explainFailure([status(`create failed: thaw: ${said.code}: ${said.message}: unknown`)]);
  t.is(found?.title, 'the runtime thaw refuses with RESTORED_BEFORE: the checkpoint was restored e.g. here');
  t.is(found?.cure, 'Delete that pod first');
  const mount = new ThawError('MOUNT_MISSING', {
    message: 'the pod lacks mounts that the container had when it was frozen: /data',
    next: 'mount a volume at each of these paths',
  });
  const context = { ...soundContext(), pod: { ...POD, mounts: POD.mounts.filter((path) => path !== '/data') } };
  t.deepEqual(ids([status(`thaw: ${mount.code}: ${mount.message}`)], context), ['mount-missing']);
  t.is(explainFailure([status(`thaw: ${mount.code}: ${mount.message}`)])[0]?.facts['paths'], '/data');
});
