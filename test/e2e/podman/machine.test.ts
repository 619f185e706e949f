import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { machineCgroups } from '../../../scripts/podman/cgroups.ts';
import { startMachine } from '../../../scripts/podman/machine.ts';
import { buildPodmanRoot } from '../../../scripts/podman/root.ts';
import { peerTest } from '../../helpers/peer.ts';
import { PODMAN_PEERS } from '../../helpers/podman.ts';
import { until } from '../../helpers/until.ts';

// What is left of a machine on this host.

const MACHINE_PROCESS = new URL('../../helpers/machine-process.ts', import.meta.url).pathname;

/** Everything on this host that bears a machine's name: its folder, cgroups, mounts and processes. */
async function traces(folder: string): Promise<string[]> {
  const name = basename(folder);
  const mountinfo = await readFile('/proc/self/mountinfo', 'utf8');
  const cgroups = machineCgroups(mountinfo, name).folders.filter((cgroup) => existsSync(cgroup));
  const mounts = mountinfo.split('\n').filter((line) => line.includes(name));
  return [...[folder].filter((path) => existsSync(path)), ...cgroups, ...mounts, ...(await processesOf(name))];
}

/** Processes that have it in their environment, or are in its cgroups. */
async function processesOf(name: string): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry));
  const found = await Promise.all(
    pids.map(async (pid) => {
      const read = (file: string) => readFile(`/proc/${pid}/${file}`, 'latin1').catch(() => '');
      return (await read('environ')).includes(name) || (await read('cgroup')).includes(name) ? [`process ${pid}`] : [];
    }),
  );
  return found.flat();
}

peerTest(PODMAN_PEERS, 'a machine that was stopped has left nothing on this host, whatever ran in it', async (t) => {
  const machine = await startMachine({ base: await buildPodmanRoot((line) => t.log(line)), files: {} });
  const folder = dirname(machine.shared);
  const { exitCode } = await machine.run('sh', '-c', 'setsid sleep 1000 >/dev/null 2>&1 & mount -t tmpfs tmpfs /mnt');
  t.is(exitCode, 0);
  t.true((await traces(folder)).length > 4);
  await machine.stop();
  t.deepEqual(await traces(folder), []);
});

peerTest(PODMAN_PEERS, 'a machine ends with the process that started it, also when that is killed', async (t) => {
  const child = spawn(process.execPath, [MACHINE_PROCESS], { stdio: ['pipe', 'pipe', 'inherit'] });
  t.teardown(() => child.kill('SIGKILL'));
  const [shared] = (await once(createInterface(child.stdout), 'line')) as [string];
  const folder = dirname(shared);
  t.true((await traces(folder)).length > 4);
  child.kill('SIGKILL');
  await until(
    () => traces(folder),
    (left) => left.length === 0,
  );
  t.deepEqual(await traces(folder), []);
});

peerTest(PODMAN_PEERS, 'a machine that cannot start says why, and has left nothing', async (t) => {
  const error = await t.throwsAsync(startMachine({ base: '/nowhere', files: {} }));
  const [, folder = ''] = /^the machine in (\S+) did not start: .*mount/s.exec(error?.message ?? '') ?? [];
  t.regex(folder, /thaw-podman-/, error?.message);
  t.deepEqual(await traces(folder), []);
});
