import type { BundleConfig } from '../bundle/config.ts';

/**
 * The kubelet's folder of a pod, from the mounts that it made in it: `<kubelet's root>/pods/<uid>`. Undefined where none
 * of the mounts is there.
 */
export function podFolderOf({ mounts = [] }: BundleConfig, uid: string): string | undefined {
  const part = `/pods/${uid}`;
  for (const { source = '' } of mounts) {
    const at = source.indexOf(`${part}/`);
    if (source.startsWith('/') && at >= 0) return source.slice(0, at + part.length);
  }
  return undefined;
}
