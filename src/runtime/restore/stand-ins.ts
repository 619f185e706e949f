import { appendFileSync, lstatSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ThawError } from '../../errors.ts';
import type { BundleConfig, BundleMount } from '../bundle/config.ts';
import type { StandIn } from '../bundle/mounts.ts';
import type { ContainerPaths } from '../container/paths.ts';
import type { RootFolder } from '../rootfs/root-folder.ts';

/** Files that an engine makes for each sandbox or container. */
const ENGINES_OWN = ['/etc/hostname', '/etc/resolv.conf'];

/** Where stand-ins are made, and for whom. */
export interface Place {
  readonly config: BundleConfig;
  readonly paths: ContainerPaths;
  readonly id: string;
  readonly root: RootFolder;
}

/**
 * Makes the stand-ins beside the engine's own files: elsewhere, on another file system, CRIU cannot put them into the
 * group of mounts that they were in ("Failed to copy sharing"). Throws BUNDLE_INVALID where the bundle shows no such file.
 */
export function makeStandIns(standIns: readonly StandIn[], place: Place): BundleMount[] {
  if (standIns.length === 0) return [];
  const folder = engineFolder(place.config);
  return standIns.map((standIn) => make(standIn, folder, place));
}

function make({ destination, kind }: StandIn, folder: string, { id, paths, root }: Place): BundleMount {
  const source = join(folder, `thaw-${id}-${destination.replaceAll(/[^a-z]+/g, '')}`);
  appendFileSync(paths.strays, `${source}\n`);
  if (kind === 'empty folder') mkdirSync(source, { recursive: true, mode: 0o755 });
  else writeFileSync(source, kind === 'empty file' ? '' : contentOf(root, destination), { mode: 0o644 });
  return { destination, type: 'bind', source, options: ['rbind', 'rprivate', 'rw'] };
}

/** The base image's own file; an empty one where it has none. A link there could lead to a file of the node. */
function contentOf(root: RootFolder, destination: string): Buffer {
  const path = root.find(destination);
  if (path === undefined || !lstatSync(path, { throwIfNoEntry: false })?.isFile()) return Buffer.alloc(0);
  return readFileSync(path);
}

function engineFolder({ mounts = [] }: BundleConfig): string {
  const own = mounts.find(({ destination }) => ENGINES_OWN.includes(destination));
  if (own?.source !== undefined) return dirname(own.source);
  throw new ThawError('BUNDLE_INVALID', {
    message: `the bundle mounts neither ${ENGINES_OWN.join(' nor ')}, so there is no place for what only the source's engine mounts`,
    next: 'restore the container under the engine that froze it',
  });
}
