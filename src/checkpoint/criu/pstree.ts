import { varintField } from './field.ts';
import { entriesOf } from './image.ts';
import { imageInvalid } from './invalid.ts';

/** `pstree_entry.pid`, images/pstree.proto. */
const PID = 1;

/**
 * The processes of a checkpoint by their IDs, from pstree.img; the first one is the root of the others. Only the images
 * of these belong to it: an engine that checkpoints a container again leaves those of processes that are gone beside
 * them. Throws CRIU_IMAGE_INVALID.
 */
export function readPids(image: string, bytes: Uint8Array): readonly [root: number, ...others: number[]] {
  const pids: number[] = [];
  for (const entry of entriesOf(image, bytes, 'pstree')) {
    const pid = varintField(image, bytes, entry, PID);
    if (pid === undefined) throw imageInvalid(image, entry.start, 'a process has no ID');
    pids.push(pid);
  }
  const [root, ...others] = pids;
  if (root === undefined) throw imageInvalid(image, bytes.length, 'it names no process');
  return [root, ...others];
}
