import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { registryAddress } from '../../../scripts/cluster/registry.ts';
import type { Settings } from '../../../scripts/cluster/settings.ts';
import { statePaths } from '../../../scripts/cluster/state.ts';
import type { Compression } from '../../../src/oci/media-types.ts';
import { thaw } from './commands.ts';
import type { Frozen } from './frozen.ts';
import { registryPhases, type Seconds } from './phases.ts';
import { forgetPod, wake } from './restored-pod.ts';

/** How an archive becomes an image. */
export interface Way {
  readonly layers: 'single' | 'split';
  readonly compression: Compression;
}

const REPOSITORY = 'checkpoints';

/** One round: convert and push, apply the restored pod, see it go on. Leaves nothing in the registry or on the node. */
export async function byRegistry(bed: Settings, frozen: Frozen, { layers, compression }: Way): Promise<Seconds> {
  const name = `restored-${frozen.mebibytes}-${layers}-${compression}`;
  const convert = ['convert', frozen.archive, '--quiet', '--layers', layers, '--compression', compression];
  const intoFolder = await secondsIntoFolder(bed, convert);
  // What was written until now is not to be waited for later.
  await execa('sync');
  const reference = `${registryAddress(bed)}/${REPOSITORY}:${name}`;
  const begun = Date.now();
  await thaw([...convert, '--to', reference, '--plain-http']);
  const converted = Date.now();
  try {
    return registryPhases({ begun, converted, ...(await wake(bed, frozen, { name, reference })) }, intoFolder);
  } finally {
    await forgetPod(bed, name);
    await forgetImage(bed, name);
  }
}

async function secondsIntoFolder(bed: Settings, convert: readonly string[]): Promise<number> {
  const root = join(bed.state, 'converted');
  const begun = performance.now();
  await thaw([...convert, '--root', root]);
  const seconds = (performance.now() - begun) / 1000;
  await rm(root, { recursive: true });
  return seconds;
}

async function forgetImage(bed: Settings, tag: string): Promise<void> {
  const root = ['--quiet', '--root', statePaths(bed).registry];
  await thaw(['registry', 'rm', `${REPOSITORY}:${tag}`, ...root]);
  await thaw(['registry', 'gc', '--grace', '0s', ...root]);
}
