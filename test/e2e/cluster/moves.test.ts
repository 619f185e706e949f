import type { ExecutionContext } from 'ava';
import type { Bed } from '../../helpers/cluster/bed.ts';
import { ways } from '../../helpers/cluster/cluster-test.ts';
import { convertAll, freeze, isWhole, setOut, wake } from '../../helpers/cluster/journey.ts';
import { logOf } from '../../helpers/cluster/logs.ts';
import type { PodPlan } from '../../helpers/cluster/workload.ts';
import { lastNumber } from '../../helpers/continuity.ts';

// A process is frozen by a real kubelet, pulled by a node that has never seen it, and goes on counting where it was. What
// is shown is what the process itself wrote: test/helpers/continuity.ts says when that is whole.

/** Freezes a pod's containers, makes their images and restores them on the other node. */
async function move(t: ExecutionContext, bed: Bed, plan: PodPlan): Promise<void> {
  const frozen = await freeze(bed, await setOut(t, bed, plan));
  const images = await convertAll(bed, frozen);
  await isWhole(t, bed, await wake(t, bed, frozen, { to: 'node-b', images }));
}

for (const { runtime, test } of ways()) {
  test('one container goes on counting on the other node', (t, bed) =>
    move(t, bed, { name: 'one', containers: [{ name: 'web' }] }));

  test('a container goes there and back again', async (t, bed) => {
    const out = await freeze(bed, await setOut(t, bed, { name: 'hop', containers: [{ name: 'web' }] }));
    const there = await wake(t, bed, out, { to: 'node-b', images: await convertAll(bed, out), name: 'hop-there' });
    const back = await freeze(bed, there);
    const images = await convertAll(bed, back);
    await isWhole(t, bed, await wake(t, bed, back, { to: 'node-a', images, name: 'hop-back' }));
  });

  test(
    'three containers go on, 256 MiB among them, with a token of the new pod; files of an emptyDir stay behind',
    threeContainers,
  );

  test('programs of images without an Entrypoint and with two processes, and an open file of their own layer, go on', async (t, bed) => {
    const plan = {
      name: 'shapes',
      containers: [
        // CRI-O wants an Entrypoint or Cmd of the base image, and takes no command from the pod in its place.
        ...(runtime === 'crio' ? [] : [{ name: 'bare', image: 'counter:bare', command: ['/bin/counter'] } as const]),
        { name: 'pipe', flags: { pipe: 'true' } },
        { name: 'layer', flags: { layer: '/numbers' } },
      ],
    } as const;
    await move(t, bed, plan);
    t.regex(await logOf(bed, 'shapes-restored', 'pipe'), /^start .* child=\d+$/m, 'the other process is there');
    t.regex(await logOf(bed, 'shapes-restored', 'layer'), /layer=\d+$/, 'the file is open');
  });

  test('changed, deleted and new files of the root file system are what the program left', async (t, bed) => {
    // CRI-O takes a changed file along only where the node itself has a file of that path.
    if (runtime === 'crio') await bed.sh('cluster exec node-a touch /srv/changed');
    await move(t, bed, { name: 'files', containers: [{ name: 'files', flags: { files: '/srv' } }] });
    t.regex(await logOf(bed, 'files-restored', 'files'), /files=ok$/, 'the program looks at each number');
  });

  test('a listening socket answers after the restore', async (t, bed) => {
    await move(t, bed, { name: 'listen', containers: [{ name: 'listen', flags: { listen: ':8080' } }] });
    const ip = await bed.sh("kubectl get pod listen-restored -o jsonpath='{.status.podIP}'");
    const before = lastNumber(await logOf(bed, 'listen-restored', 'listen'));
    const answer = await bed.sh(`cat </dev/tcp/${ip}/8080`);
    t.true(Number(answer) >= before, `${answer} after ${before}`);
  });
}

const TOKEN = '/var/run/secrets/kubernetes.io/serviceaccount/token';

async function threeContainers(t: ExecutionContext, bed: Bed): Promise<void> {
  const mounts = { '/data': 'data' };
  const plan: PodPlan = {
    name: 'shop',
    containers: [
      { name: 'web', mounts },
      { name: 'web-sidecar', image: 'python:1', mounts },
      { name: 'cache', memory: 256, mounts },
    ],
    spec: { volumes: [{ name: 'data', emptyDir: {} }] },
  };
  const frozen = await freeze(bed, await setOut(t, bed, plan));
  const python = (pod: string, program: string) =>
    bed.sh(`kubectl exec ${pod} -c web-sidecar -- python3 -c "${program}"`);
  await python('shop', "open('/data/note', 'w').write('left behind')");
  await isWhole(t, bed, await wake(t, bed, frozen, { to: 'node-b', images: await convertAll(bed, frozen) }));

  t.is(await python('shop-restored', "import os; print(os.listdir('/data'))"), '[]');
  const [, claims = ''] = (await python('shop-restored', `print(open('${TOKEN}').read())`)).split('.');
  t.is(JSON.parse(Buffer.from(claims, 'base64url').toString())['kubernetes.io'].pod.name, 'shop-restored');
}
