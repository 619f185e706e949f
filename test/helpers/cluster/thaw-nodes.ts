import { copyFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { nodePaths } from '../../../scripts/cluster/state.ts';
import { waitFor } from '../../../scripts/cluster/wait.ts';
import type { Executable } from '../executable.ts';
import type { Bed } from './bed.ts';

const RUNTIME_CLASS = {
  apiVersion: 'node.k8s.io/v1',
  kind: 'RuntimeClass',
  metadata: { name: 'thaw' },
  handler: 'thaw',
};

/** Makes both nodes of a bed ready for the thaw runtime, as a person would; once for each bed. */
export function thawOnNodes(executable: () => Executable): (bed: Bed) => Promise<void> {
  const done = new WeakMap<Bed, Promise<void>>();
  return (bed) => {
    const ready = done.get(bed) ?? install(bed, executable());
    done.set(bed, ready);
    return ready;
  };
}

async function install(bed: Bed, { path }: Executable): Promise<void> {
  await bed.sh('kubectl apply -f -', JSON.stringify(RUNTIME_CLASS));
  for (const node of ['node-a', 'node-b']) {
    const { settings } = nodePaths(bed.settings, node);
    await copyFile(path, join(settings, 'thaw'));
    await bed.run(
      `cluster exec ${node} env -i PATH=/usr/sbin:/usr/bin /node/thaw node install --edit-config --restart`,
    );
    const before = await readFile(join(settings, 'runtime.pid'), 'utf8');
    await bed.sh(`cluster exec ${node} kill ${before.trim()}`);
    const handlers = () => bed.sh(`kubectl get node ${node} -o jsonpath='{.status.runtimeHandlers[*].name}'`);
    await waitFor(`${node} to list the handler thaw`, 60, async () => (await handlers()).split(' ').includes('thaw'));
  }
}
