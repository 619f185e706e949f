import { CHECKPOINT_PATH } from '../../../../checkpoint/restored-container.ts';
import { type Fields, fieldsOf, itemsOf } from '../../../../kube/fields.ts';
import type { VolumeMount } from '../../../../kube/pod.ts';
import { normalisePath } from '../path.ts';
import type { Added, Restore } from '../restore.ts';
import { injectedVolumes } from '../service-account.ts';
import { walkList } from '../walk.ts';
import type { At, Row, Walked } from './row.ts';

/** A container's mounts. */
export const VOLUME_MOUNTS: readonly Row[] = [
  {
    field: '*',
    outcome: 'dropped',
    reason: "admission put it there, and mounts the restored pod's own token at the same path",
    when: ({ restore, was }) => injectedVolumes(restore.source).has(String(fieldsOf(was)['name'])),
  },
  {
    field: '*',
    outcome: 'dropped',
    reason: 'it was the checkpoint of an earlier restore; the process does not have it',
    when: ({ key }) => key === CHECKPOINT_PATH,
  },
  {
    field: '*',
    outcome: 'dropped',
    reason: 'a --volume answer takes its place',
    when: ({ restore, key, within }) =>
      (restore.mounts.mounts.get(String(within['name'])) ?? []).some(({ item }) => item.mountPath === key),
  },
  { field: '*', outcome: 'kept', reason: 'the checkpoint needs every mount it had, at the same path' },
];

/** A container's mounts, and behind them those that its checkpoint requires beside. */
export function walkMounts({ restore, was, within, path }: At): Walked {
  return walkList<Fields>(
    VOLUME_MOUNTS,
    itemsOf(was).map(fieldsOf),
    {
      restore,
      path: (key) => `${path}[${key}]`,
      within,
      keyOf: ({ mountPath }) => normalisePath(String(mountPath)),
    },
    addedMounts(restore, String(within['name'])).map(({ item, ...why }) => ({ item: { ...item }, ...why })),
  );
}

function addedMounts(restore: Restore, container: string): readonly Added<VolumeMount>[] {
  const own = restore.checkpoints.has(container) ? restore.method.mounts(restore, container) : [];
  return [...(restore.mounts.mounts.get(container) ?? []), ...own];
}
