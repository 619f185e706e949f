import { spawn } from 'node:child_process';
import { chmod, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { type ExecaError, execa } from 'execa';
import { recordedArguments, recordedConfig } from '../../helpers/bundles.ts';
import { temporaryFolder } from '../../helpers/fixtures.ts';

const FRONT = new URL('../../../src/runtime/front/thaw-runtime.sh', import.meta.url).pathname;

interface Front {
  readonly run: string;
  readonly bundle: string;
  /** Calls the front; gives who it became, and the words that one got. */
  readonly call: (...argv: readonly string[]) => Promise<readonly string[]>;
}

const become = (who: string): string => `#!/bin/sh\nprintf "%s\\n" ${who} "$@"\n`;

/** The front with two programs that say who they are; its bundle names a checkpoint unless told otherwise. */
async function front(t: ExecutionContext, config = '{"mounts":[{"destination":"/.thaw/checkpoint"}]}'): Promise<Front> {
  const folder = await temporaryFolder(t);
  const at = (name: string): string => join(folder, name);
  await mkdir(at('run'));
  await mkdir(at('bundle'));
  await writeFile(at('bundle/config.json'), config);
  for (const who of ['runc', 'thaw']) {
    await writeFile(at(who), become(who));
    await chmod(at(who), 0o755);
  }
  const env = { THAW_RUNC: at('runc'), THAW_PROGRAM: at('thaw'), THAW_RUN: at('run') };
  const call = async (...argv: readonly string[]) =>
    (await execa(FRONT, argv, { env, cwd: at('bundle') })).stdout.split('\n');
  return { run: at('run'), bundle: at('bundle'), call };
}

const CALLS: readonly (readonly string[])[] = [
  [],
  ['--version'],
  ['features'],
  ['--root', '/run/r', 'exec', '--process', '/p.json', '--detach', '--pid-file', '/p', 'abc'],
  ['--root=/run/r', 'kill', 'abc', '9'],
  ['--root', '/run/r', '--log', '/l', '--log-format', 'json', 'delete', '--force', 'abc'],
  ['state', 'abc'],
  ['start', 'abc'],
  ['delete', ''],
  ['delete'],
  ['list', '-q', 'a b', '', '*', "it's", 'a\\nb'],
  ['--log', 'create', 'ps', 'abc'],
];

for (const argv of CALLS) {
  test(`"${argv.join(' ')}" is runc's, word for word`, async (t) => {
    const { call } = await front(t);
    t.deepEqual(await call(...argv), ['runc', ...argv]);
  });
}

const CREATES: readonly ((bundle: string) => readonly string[])[] = [
  (bundle) => ['create', '--bundle', bundle, 'abc'],
  (bundle) => ['create', `--bundle=${bundle}`, 'abc'],
  (bundle) => ['create', '-bundle', bundle, 'abc'],
  (bundle) => ['create', '-b', bundle, 'abc'],
  (bundle) => ['create', `-b=${bundle}`, 'abc'],
  () => ['create', 'abc'],
  (bundle) => [
    '--root=/r',
    '--systemd-cgroup',
    'create',
    '--no-pivot',
    '--pid-file',
    '--bundle',
    '--bundle',
    bundle,
    'a',
  ],
  (bundle) => ['--log', 'start', '--root', 'state', 'create', '--console-socket', '/c', '--bundle', bundle, 'abc'],
];

for (const argv of CREATES) {
  test(`"${argv('BUNDLE').join(' ')}" is thaw's where the bundle names a checkpoint, and else runc's`, async (t) => {
    const restored = await front(t);
    t.deepEqual(await restored.call(...argv(restored.bundle)), ['thaw', 'runtime', ...argv(restored.bundle)]);
    const plain = await front(t, '{"mounts":[]}');
    t.deepEqual(await plain.call(...argv(plain.bundle)), ['runc', ...argv(plain.bundle)]);
  });
}

for (const [name, who] of [
  ['containerd-2.3/container', 'thaw'],
  ['cri-o-1.37/container', 'thaw'],
  ['containerd-2.3/sandbox', 'runc'],
] as const) {
  test(`the call that an engine made for ${name} is ${who}'s`, async (t) => {
    const { bundle, call } = await front(t, JSON.stringify(recordedConfig(name)));
    const recorded = recordedArguments(name);
    const argv = recorded.map((word, at) => (recorded[at - 1] === '--bundle' ? bundle : word));
    const [first, ...words] = await call(...argv);
    t.is(first, who);
    t.deepEqual(words.slice(who === 'thaw' ? 1 : 0), argv);
  });
}

test("a bundle that is not there is runc's to complain of", async (t) => {
  const { call } = await front(t);
  t.is((await call('create', '--bundle', '/nowhere', 'abc'))[0], 'runc');
});

test("delete is thaw's until a restored container is gone, and start is done until it was called", async (t) => {
  const { run, call } = await front(t);
  const who = async (): Promise<(string | undefined)[]> =>
    Promise.all(['start', 'delete', 'kill'].map(async (command) => (await call('--root', '/r', command, 'abc'))[0]));
  t.deepEqual(await who(), ['runc', 'runc', 'runc']);
  await mkdir(join(run, 'abc'));
  t.deepEqual(await who(), ['runc', 'thaw', 'runc']);
  await writeFile(join(run, 'abc/awake'), '');
  t.deepEqual(await call('delete', 'other'), ['runc', 'delete', 'other']);
  await writeFile(join(run, 'abc/restoring'), '');
  t.deepEqual(await call('delete', 'other'), ['thaw', 'runtime', 'delete', 'other']);
  await rm(join(run, 'abc/restoring'));
  t.deepEqual(await call('start', 'abc'), ['']);
  t.deepEqual(await readdir(join(run, 'abc')), []);
  t.is((await call('start', 'abc'))[0], 'runc');
});

const STATES: readonly (readonly [title: string, said: string, shown: string])[] = [
  ['runs', '{\n  "id": "abc",\n  "status": "running"\n}', '{\n  "id": "abc",\n  "status": "created"\n}'],
  ['runs, said briefly', '{"status":"running","pid":7}', '{"status": "created","pid":7}'],
  ['has ended', '{"status": "stopped"}', '{"status": "stopped"}'],
  [
    'runs, with an annotation that speaks of it',
    '{"status": "running","annotations":{"status": "running"}}',
    '{"status": "created","annotations":{"status": "running"}}',
  ],
  [
    'has ended, with an annotation that speaks of it',
    '{"status": "stopped","annotations":{"status": "running"}}',
    '{"status": "stopped","annotations":{"status": "running"}}',
  ],
];

for (const [title, said, shown] of STATES) {
  test(`a restored container that ${title}, as its state tells before it is started, and after`, async (t) => {
    const { run, call } = await front(t);
    await writeFile(join(run, '../runc'), `#!/bin/sh\ncat <<'E'\n${said}\nE\n`);
    await mkdir(join(run, 'abc'));
    t.is((await call('state', 'abc')).join('\n'), said);
    await writeFile(join(run, 'abc/awake'), '');
    t.is((await call('state', 'abc')).join('\n'), shown);
  });
}

test('where runc does not know the state, nothing is said', async (t) => {
  const { run, call } = await front(t);
  await writeFile(join(run, '../runc'), '#!/bin/sh\necho no such container >&2\nexit 3\n');
  await mkdir(join(run, 'abc'));
  await writeFile(join(run, 'abc/awake'), '');
  const error = await t.throwsAsync<ExecaError>(() => call('state', 'abc'));
  t.like(error, { exitCode: 3, stdout: '', stderr: 'no such container' });
});

test('the front becomes runc: the same process, every descriptor, the same standard streams', async (t) => {
  const folder = await temporaryFolder(t);
  const runc = join(folder, 'runc');
  await writeFile(runc, '#!/bin/sh\necho $$\ncat <&0\necho three >&3\necho four >&4\nkill -TERM $$\n');
  await chmod(runc, 0o755);
  const files = [join(folder, 'three'), join(folder, 'four')];
  const script = 'exec 3>"$1" 4>"$2"; shift 2; exec "$@"';
  const child = spawn('sh', ['-c', script, 'sh', ...files, FRONT, 'create', '--preserve-fds', '2', 'abc'], {
    env: { ...process.env, THAW_RUNC: runc },
    cwd: folder,
  });
  const output: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
  child.stdin.end('what is read\n');
  const signal = await new Promise((resolve) => child.once('close', (_code, name) => resolve(name)));
  t.is(signal, 'SIGTERM');
  t.is(Buffer.concat(output).toString(), `${child.pid}\nwhat is read\n`);
  t.deepEqual(await Promise.all(files.map((file) => readFile(file, 'utf8'))), ['three\n', 'four\n']);
});

test('settings come from the file beside the front, and reach thaw', async (t) => {
  const folder = await temporaryFolder(t);
  const copy = join(folder, 'thaw-runtime');
  await writeFile(copy, await readFile(FRONT, 'utf8'));
  await writeFile(join(folder, 'thaw'), '#!/bin/sh\necho "$THAW_RUNC $THAW_RUN $THAW_LIB"\n');
  for (const path of [copy, join(folder, 'thaw')]) await chmod(path, 0o755);
  await mkdir(join(folder, 'abc'));
  await writeFile(`${copy}.conf`, `THAW_RUNC='/opt/a runc'\nTHAW_RUN=${folder}\n`);
  const { stdout } = await execa(copy, ['delete', 'abc']);
  t.is(stdout, `/opt/a runc ${folder} /var/lib/thaw`);
});
