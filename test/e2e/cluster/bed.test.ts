import { constants } from 'node:fs';
import { cp, mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { execa, type Options } from 'execa';
import { programs } from '../../../scripts/cluster/modules.ts';
import { isAlive, kill, remembered } from '../../../scripts/cluster/processes.ts';
import { CLUSTER, downInTheEnd } from '../../helpers/cluster/bed.ts';
import { BED } from '../../helpers/cluster/peers.ts';
import { bedEnvironment, bedSettings } from '../../helpers/cluster/settings.ts';
import { type Traces, tracesOf } from '../../helpers/cluster/traces.ts';
import { temporaryFolder } from '../../helpers/fixtures.ts';
import { peerTest } from '../../helpers/peer.ts';
import { until } from '../../helpers/until.ts';
import { which } from '../../helpers/which.ts';

// What `npm run cluster -- up` and `down` do to a machine, and above all what they undo.

const SETTINGS = bedSettings('containerd');

/** Where peers are required the first `up` waits for their build. */
const MINUTES = process.env['THAW_REQUIRE_PEERS'] === '1' ? 40 : 3;

let guard: ReturnType<typeof downInTheEnd> | undefined;
let before: Traces | undefined;
test.after.always('nothing stays', async () => guard?.end());

/** What is here before the first test: no bed, for one that was left is ended. */
async function atFirst(): Promise<Traces> {
  guard ??= downInTheEnd('containerd');
  await cluster('down');
  return tracesOf(SETTINGS);
}

/** A command of the bed; it ends with this process. */
function cluster(command: string, env: Readonly<Record<string, string>> = {}, under: readonly string[] = []) {
  const options = { env: { ...bedEnvironment('containerd'), ...env }, reject: false } as const satisfies Options;
  return execa('setpriv', ['--pdeathsig', 'KILL', ...under, process.execPath, CLUSTER, command], options);
}

async function ok(t: ExecutionContext, command: string): Promise<string> {
  const { exitCode, stdout, stderr } = await cluster(command);
  t.is(exitCode, 0, stderr);
  return stdout;
}

const bedTest = (title: string, implementation: (t: ExecutionContext) => Promise<void>) =>
  peerTest(
    BED,
    title,
    async (t) => {
      t.timeout(MINUTES * 60_000);
      before ??= await atFirst();
      await implementation(t);
    },
    test.serial,
  );

bedTest('what is up leaves traces of every kind, a second up takes its place, and down leaves none', async (t) => {
  await ok(t, 'up');
  const { processes, links, cgroups, routes, folder } = await tracesOf(SETTINGS);
  t.true(folder);
  t.deepEqual(
    [processes, links, cgroups, routes].filter(({ length }) => length < 2),
    [],
  );
  t.regex(await ok(t, 'status'), /^node-b +Ready/m);
  await saysWhatDied(t);

  await ok(t, 'up');
  const again = await tracesOf(SETTINGS);
  t.deepEqual(
    again.processes.filter((one) => processes.includes(one)),
    [],
  );
  t.is(again.links.length, links.length);
  t.regex(await ok(t, 'status'), /^node-b +Ready/m);

  await ok(t, 'down');
  t.deepEqual(await tracesOf(SETTINGS), before);
  await ok(t, 'down');
  t.like(await cluster('status'), { exitCode: 1, stdout: `no test bed in ${SETTINGS.state}` });
});

async function saysWhatDied(t: ExecutionContext): Promise<void> {
  const victim = (await remembered(SETTINGS)).find(({ name }) => name === 'kube-controller-manager');
  if (victim === undefined) return t.fail('there is no kube-controller-manager');
  await kill(victim);
  const { exitCode, stdout } = await cluster('status');
  t.is(exitCode, 1);
  t.deepEqual(stdout.match(/^.*\bdead$/gm), ['kube-controller-manager  dead']);
}

/** Each of them is a moment of `up`: that this process of the bed has been started. */
const MOMENTS = ['registry', 'etcd', 'kube-apiserver', 'node-a', 'node-b.init'];

bedTest('an up that is killed half way leaves nothing that down does not find', async (t) => {
  for (const moment of MOMENTS) {
    const up = cluster('up');
    let hasEnded = false;
    void up.finally(() => {
      hasEnded = true;
    });
    const isThere = async () => (await remembered(SETTINGS)).some((one) => one.name === moment && isAlive(one));
    await until(async () => hasEnded || (await isThere()), Boolean);
    up.kill('SIGKILL');
    t.is((await up).signal, 'SIGKILL', `it came to ${moment}`);
    t.true((await tracesOf(SETTINGS)).processes.length > 0);
    await ok(t, 'down');
    t.deepEqual(await tracesOf(SETTINGS), before, `killed at ${moment}`);
  }
});

bedTest('an up that fails says which part did not start and why, and leaves nothing', async (t) => {
  const broken = await brokenCache(t, 'kube-controller-manager', '#!/bin/sh\necho nothing works today >&2\nexit 3\n');
  const { exitCode, stderr } = await cluster('up', { XDG_CACHE_HOME: broken });
  t.is(exitCode, 1);
  t.regex(stderr, /^kube-controller-manager ended: nothing works today$/m);
  t.deepEqual(await tracesOf(SETTINGS), before);
});

/** A cache with one program of Kubernetes replaced, and all else as it is. */
async function brokenCache(t: ExecutionContext, program: string, text: string): Promise<string> {
  const home = await temporaryFolder(t);
  const copy = join(home, 'thaw');
  await mkdir(copy);
  for (const part of ['etcd', 'containerd', 'workload', 'debian'])
    await symlink(join(SETTINGS.cache, part), join(copy, part));
  const { kubelet } = await programs(SETTINGS);
  const folder = join(copy, relative(SETTINGS.cache, dirname(kubelet)));
  await cp(dirname(kubelet), folder, { recursive: true, mode: constants.COPYFILE_FICLONE });
  await writeFile(join(folder, program), text);
  return home;
}

bedTest('who is not root is told, and what else is missing, before anything is changed', async (t) => {
  const env = { XDG_CACHE_HOME: await temporaryFolder(t), PATH: await temporaryFolder(t) };
  for (const program of ['setpriv', 'unshare']) await symlink(which(program) ?? '', join(env.PATH, program));
  const { exitCode, stderr } = await cluster('up', env, ['unshare', '--user', '--map-user=1000', '--map-group=1000']);
  t.is(exitCode, 1);
  t.regex(stderr, /^ {2}root: run it with sudo$/m);
  t.regex(stderr, /^ {2}Go \S+ or newer: https:\/\/go\.dev\/dl\/$/m);
  t.regex(stderr, /^ {2}debootstrap: apt-get install debootstrap$/m);
  t.deepEqual(await readdir(env.XDG_CACHE_HOME), []);
  t.deepEqual(await tracesOf(SETTINGS), before);
});
