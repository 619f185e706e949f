import { type Fields, fieldsOf, itemsOf } from '../../../../kube/fields.ts';
import { isSidecar } from '../sidecars.ts';
import { walkFields, walkList } from '../walk.ts';
import { containerRows } from './container.ts';
import { INIT_CONTAINERS } from './init-containers.ts';
import type { At, Row, Walked } from './row.ts';

/** A pod's containers: each has a checkpoint, and is walked by the method's rows and the common ones. */
export const CONTAINERS: readonly Row[] = [
  {
    field: '*',
    outcome: 'kept',
    reason: 'field by field',
    inside: ({ restore, was, path }) =>
      walkFields(containerRows(restore.method), fieldsOf(was), {
        restore,
        path: (key) => `${path}.${key}`,
      }),
  },
];

/** The containers that were running: the pod's own, then the sidecars that have a checkpoint. */
export function walkContainers({ restore, was, within }: At): Walked {
  const sidecars = fieldsList(within['initContainers']).filter(
    (container) => isSidecar(container) && restore.checkpoints.has(nameOf(container)),
  );
  return walkList(CONTAINERS, [...fieldsList(was), ...sidecars], {
    restore,
    path: (key) => `spec.containers[${key}]`,
    within,
    keyOf: nameOf,
  });
}

/** The init containers, one by one. */
export function walkInitContainers({ restore, was, within }: At): Walked {
  const path = (key: string): string => `spec.initContainers[${key}]`;
  return walkList(INIT_CONTAINERS, fieldsList(was), { restore, path, within, keyOf: nameOf });
}

function fieldsList(value: unknown): Fields[] {
  return itemsOf(value).map(fieldsOf);
}

function nameOf(container: Fields): string {
  return String(container['name']);
}
