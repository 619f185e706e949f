import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ThawError } from '../../errors.ts';
import { openStore, type Store } from '../../registry/storage/store.ts';
import type { Io } from '../io.ts';
import { defaultRoot } from '../options.ts';

/** Opens the data folder that is there; never makes one. Throws NOT_FOUND, STORAGE_FAILED. */
export async function openData({ root }: { readonly root?: string }, io: Io): Promise<Store> {
  const folder = root ?? defaultRoot(io);
  const found = await stat(join(folder, 'docker', 'registry', 'v2')).catch(() => undefined);
  if (found?.isDirectory()) return openStore(folder);
  throw new ThawError('NOT_FOUND', {
    message: `${folder} is no data folder of a registry: it has no docker/registry/v2`,
    next: 'name the folder with --root, or convert something into it first',
    facts: { root: folder },
  });
}
