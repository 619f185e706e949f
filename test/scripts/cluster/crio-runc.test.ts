import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { execa } from 'execa';
import type { CgroupPlan } from '../../../scripts/cluster/cgroups.ts';
import { runcLimits, runcWrapper } from '../../../scripts/cluster/crio-runc.ts';
import { temporaryFolder } from '../../helpers/fixtures.ts';

const v1 = (...controllers: readonly string[]): CgroupPlan => ({
  version: 1,
  hierarchies: controllers.map((one) => ({ folder: `/sys/fs/cgroup/${one}`, controllers: one })),
});

const limits = test.macro({
  exec: (t, sysResource: boolean, plan: CgroupPlan, wanted: ReturnType<typeof runcLimits>) =>
    t.deepEqual(runcLimits(sysResource, plan), wanted),
  title: (title = '') => `runc is asked for what it can do: ${title}`,
});

const V2: CgroupPlan = { version: 2, folder: '/sys/fs/cgroup' };
test('everything on cgroup2', limits, true, V2, { oomScoreAdj: false, hugepageLimits: false });
test('everything where v1 has a hierarchy of hugetlb', limits, true, v1('memory', 'net_cls,hugetlb'), {
  oomScoreAdj: false,
  hugepageLimits: false,
});
test('no limits of huge pages where v1 has none', limits, true, v1('memory', 'cpu,cpuacct'), {
  oomScoreAdj: false,
  hugepageLimits: true,
});
test('no oom_score_adj without CAP_SYS_RESOURCE', limits, false, V2, { oomScoreAdj: true, hugepageLimits: false });

test('runc that can do everything is called as it is', (t) => {
  t.is(runcWrapper({ oomScoreAdj: false, hugepageLimits: false }), undefined);
});

/** As CRI-O writes it, and with text that looks like the keys. */
const CONFIG = {
  process: { env: ['A="oomScoreAdj":5', 'B={"hugepageLimits":[1]}'], noNewPrivileges: true, oomScoreAdj: -997 },
  linux: { resources: { memory: { limit: 1 }, hugepageLimits: [{ pageSize: '2MB', limit: 0 }], pids: { limit: 5 } } },
};

for (const indent of [0, 4])
  test(`the bundle loses what runc fails at and nothing else, indented by ${indent}`, async (t) => {
    const call = await callWrapper(t, indent, [
      '--root=/run/runc',
      'create',
      '--bundle',
      'BUNDLE',
      'an id with  blanks',
    ]);
    t.deepEqual(call.config, {
      process: { ...CONFIG.process, oomScoreAdj: null },
      linux: { resources: { ...CONFIG.linux.resources, hugepageLimits: [] } },
    });
    t.deepEqual(call.passedOn, call.given);
  });

test('a call that names no bundle is passed on, with its exit code', async (t) => {
  const call = await callWrapper(t, 0, ['state', 'id']);
  t.deepEqual(call.config, CONFIG);
  t.deepEqual(call.passedOn, ['state', 'id']);
  t.is(call.exitCode, 7);
});

/** Calls the wrapper in front of a runc that writes down its arguments and ends with 7. */
async function callWrapper(t: ExecutionContext, indent: number, args: readonly string[]) {
  const folder = await temporaryFolder(t);
  const bundle = join(folder, 'a bundle');
  await mkdir(bundle);
  await writeFile(join(bundle, 'config.json'), JSON.stringify(CONFIG, undefined, indent));
  await writeFile(join(folder, 'runc'), '#!/bin/sh\nprintf "%s\\n" "$@"\nexit 7\n');
  await writeFile(join(folder, 'wrapper'), runcWrapper({ oomScoreAdj: true, hugepageLimits: true }) ?? '');
  for (const program of ['runc', 'wrapper']) await chmod(join(folder, program), 0o755);
  const given = args.map((argument) => (argument === 'BUNDLE' ? bundle : argument));
  const env = { PATH: `${folder}:${process.env['PATH']}` };
  const { stdout, exitCode } = await execa(join(folder, 'wrapper'), given, { env, reject: false });
  const config = JSON.parse(await readFile(join(bundle, 'config.json'), 'utf8'));
  return { config, given, passedOn: stdout.split('\n'), exitCode };
}
