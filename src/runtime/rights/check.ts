import { existsSync } from 'node:fs';
import { readCredentials } from '../../checkpoint/criu/credentials.ts';
import { readMounts } from '../../checkpoint/criu/mounts.ts';
import { hasOldNamespaces, readNamespaces, readOutsideNamespaces } from '../../checkpoint/criu/namespaces.ts';
import { readPids } from '../../checkpoint/criu/pstree.ts';
import { ThawError } from '../../errors.ts';
import type { BundleConfig } from '../bundle/config.ts';
import type { CheckpointImage } from '../image/image.ts';
import { exceedsMounts } from './mounts.ts';
import { exceedsNamespaces } from './namespaces.ts';
import { exceedsThread } from './threads.ts';

/** Reads a member of the image that must be there. */
type Read = (name: string) => Promise<Uint8Array>;

/**
 * Checks that a checkpoint asks for no more than its container may have: a process is restored with the rights, mounts
 * and namespaces that CRIU's images say, whatever its pod says, and whoever can push an image could write any into them.
 * Throws RIGHTS_EXCEEDED, NOT_A_CHECKPOINT and CRIU_IMAGE_INVALID.
 */
export async function checkRights(image: CheckpointImage, config: BundleConfig): Promise<void> {
  const read: Read = async (name) => (await image.read(name)) ?? missing(name);
  const pids = readPids('checkpoint/pstree.img', await read('checkpoint/pstree.img'));
  await checkNamespaces(image, config, pids);
  for (const [name, thread] of namesLike(image, /^checkpoint\/core-(\d+)\.img$/)) {
    const bytes = await read(name);
    const credentials = readCredentials(name, bytes);
    if (hasOldNamespaces(name, bytes)) throw exceeded('has namespaces of its own writing');
    if (credentials !== undefined) refuse(exceedsThread({ credentials, first: pids.includes(thread) }, config));
  }
  // A container that may mount can have any mount.
  if (config.process?.capabilities?.bounding?.includes('CAP_SYS_ADMIN')) return;
  for (const [name] of namesLike(image, /^checkpoint\/mountpoints-(\d+)\.img$/)) {
    refuse(exceedsMounts(readMounts(name, await read(name)), config, existsSync));
  }
}

/** Processes other than the first have no such image where they share all of their parent's. */
async function checkNamespaces(image: CheckpointImage, config: BundleConfig, pids: readonly number[]): Promise<void> {
  const inventory = 'checkpoint/inventory.img';
  const outside = readOutsideNamespaces(inventory, (await image.read(inventory)) ?? missing(inventory));
  for (const [index, pid] of pids.entries()) {
    const name = `checkpoint/ids-${pid}.img`;
    const bytes = await image.read(name);
    if (bytes !== undefined) refuse(exceedsNamespaces(readNamespaces(name, bytes), outside, config));
    else if (index === 0) missing(name);
  }
}

/** Names of members with the number in each. */
function namesLike({ members }: CheckpointImage, pattern: RegExp): [name: string, number: number][] {
  return members.flatMap(({ name }) => {
    const [, number] = pattern.exec(name) ?? [];
    return number === undefined ? [] : [[name, Number(number)]];
  });
}

function refuse(why: string | undefined): void {
  if (why !== undefined) throw exceeded(why);
}

function exceeded(why: string): ThawError {
  return new ThawError('RIGHTS_EXCEEDED', {
    message: `the process in the checkpoint ${why}`,
    next: "give the restored container the source's security context and mounts, as thaw pod --from does; where it has them, find out who made the checkpoint",
    facts: { why },
  });
}

function missing(name: string): never {
  throw new ThawError('NOT_A_CHECKPOINT', {
    message: `the image at /.thaw/checkpoint is no checkpoint: it lacks ${name}`,
    next: 'mount a checkpoint image that thaw convert made',
    facts: { missing: [name] },
  });
}
