import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import type { BundleConfig } from '../../src/runtime/bundle/config.ts';
import { recordPath } from '../../src/runtime/record/paths.ts';
import { type MadeBundle, madeBundle, sourceAt, textOf, withMounts, withVariables } from '../helpers/bundles.ts';
import { type FakeNode, fakeNode } from '../helpers/fake-runc.ts';
import { temporaryFolder } from '../helpers/fixtures.ts';
import { mountTmpfs, tmpfsTest } from '../helpers/tmpfs.ts';
import { until } from '../helpers/until.ts';

const KEY = { uid: '6fce1a66-6338-438f-b0c8-92f56afdd605', container: 'web' };
const ID = 'c1';

interface Called extends FakeNode, MadeBundle {
  readonly log: string;
  readonly create: (env?: Record<string, string>, id?: string) => Promise<{ exitCode?: number; stderr: string }>;
  readonly command: (command: string, ...words: readonly string[]) => Promise<{ exitCode?: number; stdout: string }>;
  readonly record: () => Promise<{ state: string; checkpoint: string; podFolder: string } | undefined>;
}

/** A node and a bundle that names a checkpoint, called as containerd does. */
async function called(t: ExecutionContext): Promise<Called> {
  const [node, bundle] = await Promise.all([fakeNode(t), madeBundle(t)]);
  const log = join(await temporaryFolder(t), 'log.json');
  const globals = ['--root', '/run/runc', '--log', log, '--log-format', 'json'];
  const call = async (words: readonly string[], env = {}) => {
    const { exitCode, stdout, stderr } = await node.call([...globals, ...words], env);
    return { ...(exitCode === undefined ? {} : { exitCode }), stdout: String(stdout), stderr: String(stderr) };
  };
  return {
    ...node,
    ...bundle,
    log,
    create: (env = {}, id = ID) => call(['create', '--bundle', bundle.folder, '--pid-file', '/p', id], env),
    command: (command, ...words) => call([command, ...words, ID]),
    record: async () => JSON.parse((await textOf(recordPath(node.lib, KEY))) ?? 'null') ?? undefined,
  };
}

test('a container whose bundle mounts a checkpoint is restored: created until it is started, then gone without a trace', async (t) => {
  const { create, command, calls, run, record, pod, root, config } = await called(t);
  t.like(await create(), { exitCode: 0, stderr: '' });
  t.like(await record(), { state: 'restored', podFolder: pod });
  const own = JSON.parse((await textOf(join(run, ID, 'bundle/config.json'))) ?? '');
  t.is(own.root.path, root);
  t.is(sourceAt(own, '/.thaw/checkpoint'), '');
  t.is(own.mounts.length, (config.mounts?.length ?? 0) - 1);
  t.is(await readFile(own.annotations['org.criu.config'], 'utf8'), 'manage-cgroups ignore\ntcp-close\n');
  t.regex(
    (await calls())[0] ?? '',
    /^--root \/run\/runc .* restore --detach --bundle .*\/run\/c1\/bundle --image-path .*\/checkpoint /,
  );

  t.is(JSON.parse((await command('state')).stdout).status, 'created');
  t.is((await command('start')).exitCode, 0);
  t.is(JSON.parse((await command('state')).stdout).status, 'running');
  t.is((await command('delete')).exitCode, 0);
  t.deepEqual(await readdir(run), []);
  const words = (await calls()).map((line) => line.replace(/^.*json /, '').split(' ')[0]);
  t.deepEqual(words, ['restore', 'state', 'state', 'delete']);
  t.false((await calls()).at(-1)?.includes('--force'));
});

test('the files that the container had changed are in its root, which has the mode that it had', async (t) => {
  const { create, root } = await called(t);
  await create();
  t.regex((await textOf(join(root, 'tmp/count'))) ?? '', /^\d+/);
});

test("the engine's bundle stays as it was, so that a create can be repeated", async (t) => {
  const { create, folder, calls } = await called(t);
  const before = await textOf(join(folder, 'config.json'));
  t.is((await create({ RESTORE_STATUS: '1' })).exitCode, 11);
  t.is(await textOf(join(folder, 'config.json')), before);
  t.is((await create()).exitCode, 0);
  t.is((await calls()).filter((line) => line.includes(' restore ')).length, 2);
});

test('a restored container that was never started is deleted although its processes run', async (t) => {
  const { create, command, calls, run } = await called(t);
  await create();
  await command('delete');
  t.true((await calls()).at(-1)?.endsWith(`delete --force ${ID}`));
  t.deepEqual(await readdir(run), []);
});

test('a delete that runc refuses is refused, and its files stay for the next one', async (t) => {
  const { create, call, run } = await called(t);
  await create();
  t.is((await call(['delete', ID], { DELETE_STATUS: '3' })).exitCode, 3);
  t.deepEqual(await readdir(run), [ID]);
});

test('a container that has ended is not called created', async (t) => {
  const { create, call } = await called(t);
  await create();
  t.is(JSON.parse(String((await call(['state', ID], { STATUS: 'stopped' })).stdout)).status, 'stopped');
});

test('a restore that fails says one line first, where containerd looks and where CRI-O does; the log is kept', async (t) => {
  const { create, log, lib, record, run, calls } = await called(t);
  const criu = "(00.1) Error (criu/files-reg.c:2143): Can't open file data/log on restore: No such file or directory";
  const { exitCode, stderr } = await create({ RESTORE_STATUS: '1', RESTORE_LOG: criu, RESTORE_ERROR: 'criu failed' });
  t.is(exitCode, 11);
  t.regex(
    stderr,
    /^thaw: RESTORE_FAILED: the container could not be restored: the process had the file data\/log open/,
  );
  const lines = (await readFile(log, 'utf8'))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  t.like(lines.at(-1), { level: 'error', msg: stderr.trim() });
  t.is(await textOf(recordPath(lib, KEY).replace(/json$/, 'log')), `${criu}\n`);
  t.is((await record())?.state, 'failed');
  t.deepEqual(await readdir(run), []);
  t.true((await calls()).at(-1)?.endsWith(`delete --force ${ID}`));
});

test('what stands in the way is said before CRIU runs: a mount that lacks', async (t) => {
  const { create, write, calls, record, run } = await called(t);
  await write((config) => withMounts(config, (mounts) => mounts.filter(({ destination }) => destination !== '/data')));
  const { exitCode, stderr } = await create();
  t.is(exitCode, 11);
  t.regex(stderr, /^thaw: MOUNT_MISSING: the pod lacks mounts .*: \/data\./);
  t.deepEqual(await calls(), []);
  t.is(await record(), undefined);
  t.deepEqual(await readdir(run), []);
});

test('a second start fails unless the pod says how, and a restore again is one', async (t) => {
  const { create, write, calls } = await called(t);
  t.is((await create()).exitCode, 0);
  const again = await create({}, 'c2');
  t.regex(again.stderr, /^thaw: RESTORED_BEFORE: the checkpoint was restored on this node before, as this container/);
  await write((config) => withVariables(config, { THAW_RESTART: 'again' }));
  t.is((await create({}, 'c3')).exitCode, 0);
  t.is((await calls()).length, 2);
});

test('a second start is a cold one where the pod says so: runc creates it, with the program that the pod names', async (t) => {
  const { create, write, calls, run, call } = await called(t);
  await create();
  await write((config) => withVariables(config, { THAW_RESTART: 'cold', THAW_COMMAND: '["/bin/web","-v"]' }));
  t.is((await create({}, 'c2')).exitCode, 0);
  const own = join(run, 'c2/bundle');
  t.true((await calls()).at(-1)?.endsWith(`--pid-file /p --bundle ${own} c2`));
  t.true((await calls()).at(-1)?.includes(' create --bundle '));
  const cold: BundleConfig = JSON.parse((await textOf(join(own, 'config.json'))) ?? '');
  t.deepEqual(cold.process?.args, ['/bin/web', '-v']);
  t.is(sourceAt(cold, '/.thaw/checkpoint'), '');
  await call(['delete', 'c2']);
  t.false((await calls()).at(-1)?.includes('--force'));
  t.deepEqual(await readdir(run), [ID]);
});

test('without a program named by the pod, the archive tells it', async (t) => {
  const { create, write, run, image } = await called(t);
  await create();
  await write((config) => withVariables(config, { THAW_RESTART: 'cold' }));
  t.is((await create({}, 'c2')).exitCode, 0);
  const { process } = JSON.parse((await textOf(join(image, 'spec.dump'))) ?? '');
  t.deepEqual(JSON.parse((await textOf(join(run, 'c2/bundle/config.json'))) ?? '').process.args, process.args);
});

test('a container that nothing tells the program of does not start cold', async (t) => {
  const { create, write, image } = await called(t);
  await create();
  const spec = JSON.parse((await textOf(join(image, 'spec.dump'))) ?? '');
  await write((config) => withVariables(config, { THAW_RESTART: 'cold' }));
  await writeFile(join(image, 'spec.dump'), JSON.stringify({ ...spec, process: { args: ['/.thaw/restore-only'] } }));
  t.regex((await create({}, 'c2')).stderr, /^thaw: CHOICE_INVALID: .*neither its variable THAW_COMMAND/);
});

test('two pods never wake from one checkpoint, also when they try at one moment', async (t) => {
  const { create, write, calls, record, lib } = await called(t);
  await create();
  await rm(recordPath(lib, KEY));
  const uid = 'sandbox-uid-2';
  t.is(await record(), undefined);
  await write(({ annotations, ...config }) => ({
    ...config,
    annotations: { ...annotations, 'io.kubernetes.cri.sandbox-uid': uid },
  }));
  t.is((await create({}, 'c2')).exitCode, 0);
  await write((config) => config);
  t.regex((await create({}, 'c3')).stderr, /as container web of pod default\/rec \(UID sandbox-uid-2\)/);
  t.is((await calls()).filter((line) => line.includes(' restore ')).length, 2);
});

test('when the pod is gone its checkpoint may be restored by another', async (t) => {
  const { create, pod, write, lib } = await called(t);
  await create();
  await rm(pod, { recursive: true });
  await mkdir(join(pod, '../next'), { recursive: true });
  await write(({ annotations, ...config }) => ({
    ...config,
    annotations: { ...annotations, 'io.kubernetes.cri.sandbox-uid': 'next' },
  }));
  t.is((await create({}, 'c2')).exitCode, 0);
  t.deepEqual(await readdir(join(lib, 'restores')), ['next']);
});

test('records that cannot be read let nothing be restored, and nothing start cold', async (t) => {
  const { create, write, lib, calls } = await called(t);
  await mkdir(join(lib, 'restores/other'), { recursive: true });
  await writeFile(join(lib, 'restores/other/web.json'), '');
  await write((config) => withVariables(config, { THAW_RESTART: 'cold' }));
  t.regex((await create()).stderr, /^thaw: RECORD_FAILED: .*restores\/other\/web.json/);
  t.deepEqual(await calls(), []);
});

tmpfsTest('where no record can be written, nothing is restored, and nothing starts cold', async (t) => {
  const { create, write, calls, front } = await called(t);
  const lib = await mountTmpfs(t, 65_536);
  await writeFile(join(lib, 'full'), Buffer.alloc(65_536)).catch(() => {});
  const conf = (await textOf(`${front}.conf`)) ?? '';
  await writeFile(`${front}.conf`, conf.replace(/THAW_LIB=.*/, `THAW_LIB=${lib}`));
  await write((config) => withVariables(config, { THAW_RESTART: 'cold' }));
  t.regex((await create()).stderr, /^thaw: RECORD_FAILED: .*cannot be written \(ENOSPC\)/);
  t.deepEqual(await calls(), []);
});

for (const [title, leave] of [
  [
    'before CRIU began',
    async (run: string, pid: number) => {
      process.kill(pid, 'SIGKILL');
      await rm(join(run, ID, 'pid'));
    },
  ],
  ['while CRIU was at work', async () => {}],
] as const) {
  test(`thaw killed ${title}: the next delete leaves nothing behind, and what was begun counts as restored`, async (t) => {
    const { create, command, calls, run, record } = await called(t);
    const restoring = create({ RESTORE_HANGS: '1' });
    await until(calls, (lines) => lines.length === 1);
    const pid = Number(await textOf(join(run, ID, 'pid')));
    const thaw = Number(/^PPid:\s*(\d+)/m.exec((await textOf(`/proc/${pid}/status`)) ?? '')?.[1]);
    process.kill(thaw, 'SIGKILL');
    await restoring;
    t.is((await record())?.state, 'begun');
    t.deepEqual(await readdir(run), [ID]);
    await leave(run, pid);
    t.is((await command('delete')).exitCode, 0);
    t.true((await calls()).at(-1)?.endsWith(`delete --force ${ID}`));
    t.deepEqual(await readdir(run), []);
    await until(
      () => textOf(`/proc/${pid}/cmdline`),
      (words) => !words,
    );
    t.regex((await create({}, 'c2')).stderr, /began to be restored and was interrupted/);
  });
}

test('what a killed thaw left of a container that is never deleted goes with the next delete, of whichever', async (t) => {
  const { create, call, calls, run } = await called(t);
  const restoring = create({ RESTORE_HANGS: '1' });
  await until(calls, (lines) => lines.length === 1);
  const pid = Number(await textOf(join(run, ID, 'pid')));
  process.kill(Number(JSON.parse((await textOf(join(run, ID, 'restoring'))) ?? '').pid), 'SIGKILL');
  await restoring;
  t.is((await call(['delete', 'the-sandbox'])).exitCode, 0);
  const [begun = '', ...others] = await calls();
  t.deepEqual(others, [begun.replace(/ restore .*/, ` delete --force ${ID}`), 'delete the-sandbox']);
  t.deepEqual(await readdir(run), []);
  await until(
    () => textOf(`/proc/${pid}/cmdline`),
    (words) => !words,
  );
});

test('a delete leaves alone what is being restored', async (t) => {
  const { create, call, calls, run } = await called(t);
  const restoring = create({ RESTORE_HANGS: '1' });
  await until(calls, (lines) => lines.length === 1);
  t.is((await call(['delete', 'the-sandbox'])).exitCode, 0);
  t.is((await calls()).at(-1), 'delete the-sandbox');
  t.deepEqual(await readdir(run), [ID]);
  process.kill(Number(await textOf(join(run, ID, 'pid'))), 'SIGKILL');
  t.is((await restoring).exitCode, 11);
  t.deepEqual(await readdir(run), []);
});

test("a bundle that only speaks of the path is runc's, word for word", async (t) => {
  const { create, write, calls, folder, run } = await called(t);
  await write((config) =>
    withMounts(withVariables(config, { NOTE: '/.thaw/checkpoint' }), (mounts) =>
      mounts.filter(({ destination }) => destination !== '/.thaw/checkpoint'),
    ),
  );
  t.is((await create()).exitCode, 0);
  t.true((await calls())[0]?.endsWith(`create --bundle ${folder} --pid-file /p ${ID}`));
  await t.throwsAsync(() => readdir(run), { code: 'ENOENT' });
});

test("where runc's log is text, the error is written as text, and without a log on stderr alone", async (t) => {
  const { call, folder, write, log } = await called(t);
  await write((config) => withVariables(config, { THAW_RESTART: 'no' }));
  const text = await call(['--log', log, 'create', '--bundle', folder, ID]);
  t.regex(await readFile(log, 'utf8'), /^time=".*" level=error msg="thaw: CHOICE_INVALID: /);
  const none = await call(['create', '--bundle', folder, ID]);
  for (const { stderr } of [text, none]) t.regex(String(stderr), /^thaw: CHOICE_INVALID: /);
});
