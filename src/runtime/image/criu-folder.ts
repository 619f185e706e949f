import { mkdirSync, realpathSync, symlinkSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import type { CheckpointImage } from './image.ts';

/** Where an archive has CRIU's images. */
const IMAGES = 'checkpoint';

/**
 * The folder with CRIU's images: where they lie in one, that one, and nothing is copied. Where they are spread over the
 * image's layers, `folder` is made, with a link to each. The links are relative: CRIU opens most of its images when it has
 * entered the container's root already, where an absolute path leads elsewhere, while one that begins at its folder does
 * not.
 */
export function criuFolder(image: CheckpointImage, folder: string): string {
  const paths = image.members
    .filter(({ name, type }) => type === 'file' && dirname(name) === IMAGES)
    .flatMap(({ name }) => image.pathOf(name) ?? []);
  const [first, ...others] = new Set(paths.map(dirname));
  if (first !== undefined && others.length === 0) return first;
  mkdirSync(folder, { mode: 0o700 });
  const from = realpathSync(folder);
  for (const path of paths) symlinkSync(relative(from, realpathSync(path)), join(folder, basename(path)));
  return folder;
}
