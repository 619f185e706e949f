import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { openStore, type Store } from '../../src/registry/storage/store.ts';
import { fixturePath, temporaryFolder } from './fixtures.ts';
import { age } from './stored-images.ts';
import { thawOk } from './thaw.ts';

const HOUR = 3_600_000;

/** A data folder with three images of one container and one of another, a few hours old. */
export async function convertedFolder(t: ExecutionContext): Promise<{ root: string; store: Store; options: string[] }> {
  const root = join(await temporaryFolder(t), 'data');
  const options = ['--root', root, '--quiet'];
  await thawOk(['convert', fixturePath('crio/web'), '--to', 'checkpoint-registry.local/checkpoints:web-1', ...options]);
  for (const [tag, more] of [
    ['web-2', ['--layers', 'split']],
    ['web-3', ['--compression', 'gzip']],
  ] as const) {
    const to = `checkpoint-registry.local/checkpoints:${tag}`;
    await thawOk(['convert', fixturePath('crio/web'), '--to', to, ...more, ...options]);
  }
  await thawOk(['convert', fixturePath('podman/counter'), '--to', 'checkpoint-registry.local/lab:counter', ...options]);
  const store = await openStore(root);
  await age(root, 3 * HOUR);
  return { root, store, options };
}
