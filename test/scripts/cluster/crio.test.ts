import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { execa } from 'execa';
import type { CgroupPlan } from '../../../scripts/cluster/cgroups.ts';
import { type CheckpointRestoreLevel, crioConfig, crioParts } from '../../../scripts/cluster/crio.ts';
import { settingsOf } from '../../../scripts/cluster/settings.ts';
import { temporaryFolder } from '../../helpers/fixtures.ts';
import { which } from '../../helpers/which.ts';

const SETTINGS = settingsOf({ THAW_CLUSTER_NUMBER: '3', HOME: '/root' });
const V2: CgroupPlan = { version: 2, folder: '/sys/fs/cgroup' };
const parts = (sysResource: boolean) => crioParts(SETTINGS, { sysResource, plan: V2, programs: '/programs' });

test("the name that nodes know leads to the bed's registry, in plain HTTP", (t) => {
  t.is(
    parts(true).root['etc/containers/registries.conf'],
    '[[registry]]\nprefix = "checkpoint-registry.local"\nlocation = "10.80.0.1:5000"\ninsecure = true\n',
  );
});

test('runc is called as it is where it can do everything', (t) => {
  const { settings } = parts(true);
  t.false('runc' in settings);
  t.regex(`${settings['crio.conf']}`, /^runtime_path = ""$/m);
});

test('runc is called through its wrapper where it cannot', (t) => {
  const { settings } = parts(false);
  t.true('runc' in settings);
  t.regex(`${settings['crio.conf']}`, /^runtime_path = "\/node\/runc"$/m);
});

const switches = test.macro({
  exec: (t, level: CheckpointRestoreLevel | undefined, wanted: readonly string[]) => {
    const config = crioConfig(SETTINGS, false, level === undefined ? {} : { level });
    t.deepEqual(config.match(/^(enable_criu_support|container_level_enabled) = .*$/gm), [...wanted]);
  },
  title: (_, level) => `restore is switched in the words of every release: ${level ?? 'unless told otherwise'}`,
});

test(switches, undefined, ['enable_criu_support = true', 'container_level_enabled = "checkpoint_restore"']);
test(switches, 'checkpoint_only', ['enable_criu_support = true', 'container_level_enabled = "checkpoint_only"']);
test(switches, 'none', ['enable_criu_support = false', 'container_level_enabled = "none"']);

const crio = process.env['THAW_CRIO'] || which('crio');

// CRI-O is packaged nowhere that CI could take it from, so this one may be skipped there too.
(crio === undefined ? test.skip : test)('CRI-O itself reads the configuration (THAW_CRIO=<path>)', async (t) => {
  const file = join(await temporaryFolder(t), 'crio.conf');
  await writeFile(file, crioConfig(SETTINGS, true));
  const { stdout } = await execa(`${crio}`, ['--config', file, '--config-dir', '', 'config']);
  const set = stdout.split('\n').filter((line) => /^\w+ = /.test(line));
  for (const wanted of ['cgroup_manager = "cgroupfs"', 'runtime_path = "/node/runc"', 'monitor_cgroup = "pod"'])
    t.true(set.includes(wanted), wanted);
});
