import { posix } from 'node:path';
import { quote } from '../../checkpoint/checks/finding.ts';
import type { SpecDump } from '../../checkpoint/dumps/spec-dump.ts';
import { CHECKPOINT_PATH } from '../../checkpoint/restored-container.ts';
import { ThawError } from '../../errors.ts';
import type { BundleConfig, BundleMount } from './config.ts';

/** Something that only the source's engine mounts, and what takes its place. */
export interface StandIn {
  /** Path in the container. */
  readonly destination: string;
  readonly kind: 'empty file' | 'empty folder' | 'copy from the root';
}

/**
 * What engines mount on their own account: /run/.containerenv by CRI-O and Podman, the others by both where they are set
 * up so. What was in them is not in an archive.
 */
const STAND_INS: readonly StandIn[] = [
  { destination: '/run/.containerenv', kind: 'empty file' },
  { destination: '/run/secrets', kind: 'empty folder' },
  { destination: '/etc/passwd', kind: 'copy from the root' },
  { destination: '/etc/group', kind: 'copy from the root' },
];

/**
 * The stand-ins that a restored container needs, for each bind mount that the frozen one had must be there: CRIU knows
 * them by their paths. Where one comes from is the bundle's to say, never the checkpoint's. Throws MOUNT_MISSING with the
 * paths that the pod must have and has not.
 */
export function standInsFor(spec: SpecDump, config: BundleConfig): StandIn[] {
  const there = new Set((config.mounts ?? []).filter(isBind).map(pathOf));
  const wanted = new Set((spec.mounts ?? []).filter(isBind).map(pathOf));
  // A container that thaw restored before has it in its engine's spec, but not in itself.
  const lacking = [...wanted].filter((path) => path !== CHECKPOINT_PATH && !there.has(path));
  const missing = lacking.filter((path) => standInAt(path) === undefined);
  if (missing.length > 0) throw mountMissing(missing);
  return lacking.flatMap((path) => standInAt(path) ?? []);
}

/** Whether a mount is a bind mount: by its type, or by an option; runtimes take both. */
export function isBind({ type, options = [] }: BundleMount): boolean {
  return type === 'bind' || options.includes('bind') || options.includes('rbind');
}

function standInAt(path: string): StandIn | undefined {
  return STAND_INS.find(({ destination }) => destination === path);
}

function pathOf({ destination }: BundleMount): string {
  return posix.normalize(`/${destination}`).replace(/(?<=.)\/$/, '');
}

/** Paths that one message names. */
const NAMED = 20;

function mountMissing(paths: readonly string[]): ThawError {
  const shown = paths.slice(0, NAMED).map(shorten).join(', ');
  const more = paths.length > NAMED ? ` and ${paths.length - NAMED} more` : '';
  return new ThawError('MOUNT_MISSING', {
    message: `the pod lacks mounts that the container had when it was frozen: ${shown}${more}`,
    next: 'mount a volume at each of these paths in this container, with what the program expects there',
    facts: { paths: paths.slice(0, NAMED) },
  });
}

/** The paths are the checkpoint's: plain ones stay as they are. */
function shorten(path: string): string {
  return /^[\w./@+:-]{1,200}$/.test(path) ? path : quote(path);
}
