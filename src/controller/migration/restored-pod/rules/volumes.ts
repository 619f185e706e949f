import { type Fields, fieldsOf, itemsOf } from '../../../../kube/fields.ts';
import type { Volume } from '../../../../kube/pod.ts';
import { isRestoreVolume } from '../restore-volumes.ts';
import { injectedVolumes } from '../service-account.ts';
import { walkList } from '../walk.ts';
import type { At, Row, Walked } from './row.ts';

const has =
  (kind: string) =>
  ({ was }: At): boolean =>
    fieldsOf(was)[kind] !== undefined;

/** A pod's volumes. */
export const VOLUMES: readonly Row[] = [
  {
    field: '*',
    outcome: 'dropped',
    reason: "admission put it there, and adds one with the restored pod's own token",
    when: ({ restore, key }) => injectedVolumes(restore.source).has(key),
  },
  {
    field: '*',
    outcome: 'dropped',
    reason: 'it brought an image for an earlier restore',
    when: ({ was }) => isRestoreVolume(fieldsOf(was) as unknown as Volume),
  },
  ...['emptyDir', 'ephemeral'].map(
    (kind): Row => ({
      field: '*',
      outcome: 'kept',
      reason: "a new, empty one: the files of the source pod's stay behind",
      when: has(kind),
      note: ({ key }) =>
        `volume ${key} (${kind}) starts empty: its files stay behind, and a file that was open in it makes the restore fail`,
    }),
  ),
  {
    field: '*',
    outcome: 'kept',
    reason: 'a path of the node: the target node must have the same files there',
    when: has('hostPath'),
    note: ({ key }) =>
      `volume ${key} (hostPath) is the target node's: it must hold the same files as the source node's`,
  },
  { field: '*', outcome: 'kept', reason: 'the checkpoint needs the mounts of it' },
];

/** A pod's volumes, and behind them those that mounts and restore method need beside. */
export function walkVolumes({ restore, was, within }: At): Walked {
  const place = { restore, path: (key: string) => `spec.volumes[${key}]`, within, keyOf: nameOf };
  const volumes = itemsOf(was).map(fieldsOf);
  const added = [...restore.mounts.volumes, ...restore.method.volumes(restore)].map(({ item, ...why }) => ({
    item: { ...item },
    ...why,
  }));
  return walkList<Fields>(VOLUMES, volumes, place, added);
}

function nameOf(volume: Fields): string {
  return String(volume['name']);
}
