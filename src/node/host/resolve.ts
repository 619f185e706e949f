import { readlink } from 'node:fs/promises';
import { join, normalize } from 'node:path';
import { errnoOf, ThawError } from '../../errors.ts';

/** As many links as Linux follows in one path. */
const MOST_LINKS = 40;

/**
 * Where a path of another root is found from here: `/var/run/x` of `/host`, where /var/run is a link to /run, is
 * `/host/run/x`. No link leads out of the root. What is not there is taken as it is written.
 */
export async function resolveInside(root: string, path: string): Promise<string> {
  let rest = parts(path);
  let found = '/';
  for (let links = 0; rest.length > 0; ) {
    const [name = '', ...others] = rest;
    const target = await linkTarget(join(root, found, name));
    rest = others;
    if (target === undefined) {
      found = join(found, name);
      continue;
    }
    links += 1;
    if (links > MOST_LINKS) throw endless(path);
    const place = target.startsWith('/') ? target : join(found, target);
    rest = [...parts(place), ...others];
    found = '/';
  }
  return join(root, found);
}

function parts(path: string): string[] {
  return normalize(`/${path}`).split('/').filter(Boolean);
}

async function linkTarget(path: string): Promise<string | undefined> {
  try {
    return await readlink(path);
  } catch (error) {
    // EINVAL: it is no link.
    if (['EINVAL', 'ENOENT', 'ENOTDIR'].includes(errnoOf(error) ?? '')) return undefined;
    throw error;
  }
}

function endless(path: string): ThawError {
  return new ThawError('STORAGE_FAILED', {
    message: `${path} goes through more than ${MOST_LINKS} links`,
    next: 'see where its links lead',
    facts: { path, links: MOST_LINKS },
  });
}
