import type { Volume } from '../../../kube/pod.ts';
import type { Restore } from './restore.ts';

/** Whether a volume brought an image for a restore: the base image, or by method `runtime` the checkpoint image. */
export function isRestoreVolume({ name, image }: Volume): boolean {
  return image !== undefined && /^thaw-(?:base|checkpoint)-\d+$/.test(name);
}

/** Names of volumes that the restored pod has without those of this restore. */
export function takenNames({ source, mounts }: Pick<Restore, 'source' | 'mounts'>): ReadonlySet<string> {
  const own = (source.spec?.volumes ?? []).filter((volume) => !isRestoreVolume(volume));
  return new Set([...own, ...mounts.volumes.map(({ item }) => item)].map(({ name }) => name));
}
