import ava, { type ExecutionContext } from 'ava';
import { waitFor } from '../../../scripts/cluster/wait.ts';
import type { Bed } from '../../helpers/cluster/bed.ts';
import { ways } from '../../helpers/cluster/cluster-test.ts';
import { failsWith } from '../../helpers/cluster/failure.ts';
import {
  applyRestored,
  convertAll,
  type Frozen,
  freeze,
  isWhole,
  ready,
  setOut,
  wake,
} from '../../helpers/cluster/journey.ts';
import { switchRestoreOff } from '../../helpers/cluster/runtime-settings.ts';
import { thawOnNodes } from '../../helpers/cluster/thaw-nodes.ts';
import { buildExecutable, type Executable } from '../../helpers/executable.ts';

// thaw's own runtime on real nodes, whose own restore is switched off: containers wake, once; when they end they start
// cold where their pod says so, and only there; and what stands in the way is said in words.

let executable: Executable;
ava.before('thaw is made one executable', async () => {
  executable = await buildExecutable();
});
ava.after.always('it goes', () => executable?.remove());
const nodesReady = thawOnNodes(() => executable);

const DATA = { volumes: [{ name: 'data', emptyDir: {} }] };

for (const { test } of ways()) {
  const onThaw = (title: string, run: (t: ExecutionContext, bed: Bed) => Promise<void>): void =>
    test(title, async (t, bed) => {
      await nodesReady(bed);
      await run(t, bed);
    });
  onThaw('with their own restore switched off, nodes pass a pod there and back by method runtime', thereAndBack);
  onThaw('a restored container that ends starts cold where its pod says so, with its own program', startsCold);
  onThaw('a restored container that ends does not start again where its pod says nothing', staysDown);
  onThaw('what the runtime refuses is said in the pod, and explained', refuses);
}

async function thereAndBack(t: ExecutionContext, bed: Bed): Promise<void> {
  for (const node of ['node-a', 'node-b']) await switchRestoreOff(t, bed, node);
  const flags = { layer: '/srv/layer', listen: '127.0.0.1:9000', pipe: 'true' };
  const containers = [{ name: 'web', memory: 32, flags }, { name: 'cache' }];
  const first = await freeze(bed, await setOut(t, bed, { name: 'away', containers }));
  const there = await wake(t, bed, first, { to: 'node-b', images: await convertAll(bed, first), method: 'runtime' });
  await isWhole(t, bed, there);
  const second = await freeze(bed, there);
  const how = { to: 'node-a', name: 'home', method: 'runtime' } as const;
  const back = await wake(t, bed, second, { ...how, images: await convertAll(bed, second, '--layers split') });
  await isWhole(t, bed, back);
}

async function startsCold(t: ExecutionContext, bed: Bed): Promise<void> {
  const frozen = await frozenPod(t, bed, 'cold', { restartPolicy: 'Always' });
  await restoreWith(t, bed, frozen, '--restart cold');
  const log = async () => (await bed.run('kubectl logs cold-restored')).stdout;
  const warm = await log();
  t.regex(warm, /^start web .*(?:\ntick .*)+\n?$/, 'the old log, and no second start');
  await bed.sh('kubectl exec cold-restored -- /bin/counter --end 7');
  const [, first] = /^start web (\S+)/.exec(warm) ?? [];
  const isNew = (text: string): boolean =>
    /^start web .*\ntick 1 /.test(text) && !text.startsWith(`start web ${first}`);
  await waitFor('a cold start', 60, async () => isNew(await log()), log);
}

async function staysDown(t: ExecutionContext, bed: Bed): Promise<void> {
  const frozen = await frozenPod(t, bed, 'once', { restartPolicy: 'Always' });
  const edit = "sed 's/restartPolicy: Never/restartPolicy: Always/'";
  await restoreWith(t, bed, frozen, '', edit);
  await bed.sh('kubectl exec once-restored -- /bin/counter --end 7');
  const said = `kubectl get pod once-restored -o jsonpath='{.status.containerStatuses[0]}'`;
  const known = () => bed.sh(said);
  await waitFor('the second start to fail', 60, async () => (await known()).includes('RESTORED_BEFORE'), known);
  t.regex(await known(), /as this container, at/);
}

async function refuses(t: ExecutionContext, bed: Bed): Promise<void> {
  const containers = [{ name: 'web', mounts: { '/data': 'data' }, flags: { volume: '/data/log' } }];
  const frozen = await freeze(bed, await setOut(t, bed, { name: 'refused', containers, spec: DATA }));
  const images = await convertAll(bed, frozen);
  const how = { to: 'node-b', images, method: 'runtime' } as const;

  const unmounted = await applyRestored(t, bed, frozen, {
    ...how,
    name: 'unmounted',
    edit: ({ spec }) => {
      const [web] = spec.containers;
      const mounts = web?.volumeMounts as { mountPath: string }[];
      mounts.splice(
        mounts.findIndex(({ mountPath }) => mountPath === '/data'),
        1,
      );
    },
  });
  await failsWith(t, bed, unmounted, {
    state: /thaw: MOUNT_MISSING: the pod lacks mounts .*: \/data\./,
    event: /MOUNT_MISSING/,
    means: /\/data/,
    change: /\/data/,
  });

  const emptied = await applyRestored(t, bed, frozen, { ...how, name: 'emptied' });
  await failsWith(t, bed, emptied, {
    state: /thaw: RESTORE_FAILED: .*the file data\/log open, and it is not there.*CRIU's log is \/var\/lib\/thaw\//,
    event: /RESTORE_FAILED/,
    means: /data\/log/,
    change: /volume/,
  });
}

async function frozenPod(t: ExecutionContext, bed: Bed, name: string, spec: object): Promise<Frozen> {
  return freeze(bed, await setOut(t, bed, { name, containers: [{ name: 'web' }], spec }));
}

async function restoreWith(
  t: ExecutionContext,
  bed: Bed,
  frozen: Frozen,
  options: string,
  edit = 'cat',
): Promise<void> {
  const { pod } = frozen.journey;
  const images = Object.values(await convertAll(bed, frozen)).join(' ');
  const from = '--plain-http --pull-from checkpoint-registry.local/checkpoints';
  const print = `thaw pod ${images} --from - --node node-b --method runtime ${options} ${from}`;
  t.teardown(() => bed.run(`kubectl delete pod ${pod}-restored --wait=false --ignore-not-found`));
  await bed.sh(`kubectl get pod ${pod} -o yaml | ${print} | ${edit} | kubectl apply -f -`);
  await bed.sh(`kubectl delete pod ${pod} --wait=false`);
  await ready(bed, `${pod}-restored`);
}
