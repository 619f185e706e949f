import { dirname, join } from 'node:path';
import { haveSysResource } from './capabilities.ts';
import { makeAuthority } from './certificates.ts';
import type { CgroupPlan } from './cgroups.ts';
import { checkHost } from './checks.ts';
import { containerdParts } from './containerd.ts';
import { makeIdentities, startApiServer, startControllerManager, startEtcd } from './control-plane.ts';
import { crioParts } from './crio.ts';
import { gatherCrio, pinnsOf } from './crio-programs.ts';
import { debianRoot, NODE_ROOT } from './debian-root.ts';
import { down } from './down.ts';
import { bedImages } from './images.ts';
import { kubectl } from './kubectl.ts';
import { programs } from './modules.ts';
import { makeBridge } from './network.ts';
import { startNode } from './node.ts';
import type { HostFacts, RuntimeParts } from './node-files.ts';
import { assertAlive, endOf, lastWords, type ProcessRecord } from './processes.ts';
import { startBedRegistry } from './registry.ts';
import { checkUp } from './requirements.ts';
import type { NodeSettings, Settings } from './settings.ts';
import { makeState, nodePaths, statePaths } from './state.ts';
import type { Report } from './step.ts';
import { raiseInotify, rememberSysctls } from './sysctls.ts';
import { waitFor } from './wait.ts';

/**
 * Starts the bed and returns when both nodes are Ready. What was there of an earlier one in the same folder is ended
 * first. When it fails, all that it began is undone, and the error says which part did not come and its last words.
 */
export async function up(settings: Settings, report: Report): Promise<void> {
  await checkUp(settings);
  const plan = await checkHost(settings);
  for (const { runtime } of settings.nodes) if (runtime.kind === 'crio') pinnsOf(runtime.program);
  const found = await programs(settings);
  const base = await debianRoot({ ...NODE_ROOT, cache: settings.cache, report });
  await down(settings);
  try {
    await start(settings, { plan, base, found });
  } catch (error) {
    await down(settings);
    throw error;
  }
}

interface Parts {
  readonly plan: CgroupPlan;
  readonly base: string;
  readonly found: Awaited<ReturnType<typeof programs>>;
}

async function start(settings: Settings, { plan, base, found }: Parts): Promise<void> {
  const host: HostFacts = { sysResource: await haveSysResource(), cgroups: plan.version };
  await makeState(settings);
  await rememberSysctls(settings);
  await raiseInotify();
  await makeBridge(settings);
  await makeAuthority(statePaths(settings).pki);
  const images = startBedRegistry(settings).then(() => bedImages(settings));
  await Promise.all([startEtcd(settings, found), makeIdentities(settings)]);
  const apiServer = await startApiServer(settings, found);
  await Promise.all([images, apiServerIsReady(settings, apiServer)]);
  const controllerManager = await startControllerManager(settings, found);
  await Promise.all(
    settings.nodes.map(async (node) => {
      const runtime = await runtimeParts(settings, node, { plan, base, found, ...host });
      await startNode(settings, node, { plan, host, base, kubernetes: dirname(found.kubelet), runtime });
    }),
  );
  await nodesAreReady(settings, controllerManager);
}

async function runtimeParts(settings: Settings, node: NodeSettings, parts: Parts & HostFacts): Promise<RuntimeParts> {
  const { plan, base, found, sysResource } = parts;
  if (node.runtime.kind === 'containerd') return containerdParts(settings, parts, dirname(found.containerd));
  const programs = join(nodePaths(settings, node.name).folder, 'programs');
  await gatherCrio(node.runtime.program, base, programs);
  return crioParts(settings, { sysResource, plan, programs });
}

function apiServerIsReady(settings: Settings, record: ProcessRecord): Promise<void> {
  const isReady = async () => {
    await assertAlive(settings, record);
    return (await kubectl(settings, ['get', '--raw', '/readyz'], { reject: false })).exitCode === 0;
  };
  return waitFor('the API server', 60, isReady, () => lastWords(settings, 'kube-apiserver'));
}

async function nodesAreReady(settings: Settings, controllerManager: ProcessRecord): Promise<void> {
  const names = settings.nodes.map(({ name }) => `node/${name}`);
  const are = async (...args: readonly string[]) => {
    await assertAlive(settings, controllerManager);
    return (await kubectl(settings, args, { reject: false })).exitCode === 0;
  };
  await waitFor(
    'the nodes to join',
    90,
    () => are('get', ...names),
    () => nodesLastWords(settings),
  );
  await waitFor('both nodes to be Ready', 90, () => are('wait', '--for=condition=Ready', '--timeout=5s', ...names));
  // Without it no pod is admitted.
  await waitFor('the default service account', 60, () => are('get', 'serviceaccount', 'default'));
}

async function nodesLastWords(settings: Settings): Promise<string> {
  const words = settings.nodes.map(async ({ name }) => {
    const { settings: folder } = nodePaths(settings, name);
    const daemons = ['runtime', 'kubelet'].map(
      async (daemon) => `${name}, ${daemon}:\n${await endOf(join(folder, `${daemon}.log`))}`,
    );
    return [`${name}:\n${await lastWords(settings, name)}`, ...(await Promise.all(daemons))].join('\n');
  });
  return (await Promise.all(words)).join('\n');
}
