import { createHash } from 'node:crypto';
import type { CheckpointImage } from './image.ts';

/** Members whose content tells one checkpoint from every other: dumps with their times, and the registers of each thread. */
const TELLING = /^(?:(?:config|spec|status)\.dump|checkpoint\/(?:inventory|pstree|core-\d+)\.img)$/;

/**
 * Tells a checkpoint from every other, and is the same for the same checkpoint in whichever image: SHA-256 over the names
 * and sizes of all members and the content of those that tell. The memory itself is not read.
 */
export async function fingerprintOf(image: CheckpointImage): Promise<string> {
  const hash = createHash('sha256');
  const files = image.members.filter(({ type }) => type === 'file');
  for (const { name, size } of files.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    hash.update(`${name}\0${size}\0`);
    if (TELLING.test(name)) hash.update((await image.read(name)) ?? '');
  }
  return hash.digest('hex');
}
