import { join, relative } from 'node:path';
import { kubectl } from '../../../scripts/cluster/kubectl.ts';
import type { Settings } from '../../../scripts/cluster/settings.ts';
import { nodePaths } from '../../../scripts/cluster/state.ts';
import { waitFor } from '../../../scripts/cluster/wait.ts';
import { workloadSum } from '../../../scripts/cluster/workload-sum.ts';
import { type Life, lastNumber } from '../../../test/helpers/continuity.ts';
import { SOURCE } from './commands.ts';

/** A checkpoint, and what is known of the process in it. */
export interface Frozen {
  readonly mebibytes: number;
  /** The archive, as the host sees it. */
  readonly archive: string;
  /** The base image by its digest. */
  readonly base: string;
  /** What the process wrote before, and while the checkpoint was taken. */
  readonly life: Life;
  /** The checksum that its memory must have. */
  readonly sum: string;
}

const POD = 'source';
const CONTAINER = 'counter';
const SEED = 'bench';
/** Between two numbers: what the moment of the next one is exact to. */
const TICK = '10ms';

/** Lets the workload fill this much memory, has the kubelet take a checkpoint of it, and deletes it. */
export async function freeze(bed: Settings, mebibytes: number): Promise<Frozen> {
  await kubectl(bed, ['apply', '-f', '-'], { input: JSON.stringify(podOf(bed, mebibytes)) });
  const log = async () => (await kubectl(bed, ['logs', POD], { reject: false })).stdout;
  await waitFor('the first number', 120, async () => lastNumber(await log()) > 0);
  const seen = lastNumber(await log());
  const archive = await checkpoint(bed);
  const life = { log: await log(), seen };
  const imageID = '-o=jsonpath={.status.containerStatuses[0].imageID}';
  const { stdout: base } = await kubectl(bed, ['get', 'pod', POD, imageID]);
  await kubectl(bed, ['delete', 'pod', POD, '--now']);
  return { mebibytes, archive, base, life, sum: workloadSum(mebibytes, SEED) };
}

/** Asks the kubelet through the API server's node proxy; gives the archive's path on this host. */
async function checkpoint(bed: Settings): Promise<string> {
  const call = `/api/v1/nodes/${SOURCE}/proxy/checkpoint/default/${POD}/${CONTAINER}?timeout=600`;
  const { stdout } = await kubectl(bed, ['create', '--raw', call, '-f', '/dev/null']);
  const [path]: string[] = JSON.parse(stdout).items;
  if (path === undefined) throw new Error(`the kubelet named no archive: ${stdout}`);
  return join(nodePaths(bed, SOURCE).kubelet, relative('/var/lib/kubelet', path));
}

function podOf({ registryName }: Settings, mebibytes: number): object {
  const args = ['--memory', `${mebibytes}`, '--seed', SEED, '--tick', TICK];
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: POD },
    spec: {
      nodeName: SOURCE,
      restartPolicy: 'Never',
      dnsPolicy: 'Default',
      automountServiceAccountToken: false,
      containers: [{ name: CONTAINER, image: `${registryName}/counter:1`, args }],
    },
  };
}
