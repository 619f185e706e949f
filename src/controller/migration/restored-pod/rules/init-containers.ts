import { fieldsOf } from '../../../../kube/fields.ts';
import { isSidecar } from '../sidecars.ts';
import { walkFields } from '../walk.ts';
import type { At, Row } from './row.ts';
import { walkMounts } from './volume-mounts.ts';

const isRestored = ({ restore, key, was }: At): boolean => isSidecar(fieldsOf(was)) && restore.checkpoints.has(key);

/** A pod's init containers. */
export const INIT_CONTAINERS: readonly Row[] = [
  {
    field: '*',
    outcome: 'dropped',
    reason: 'a sidecar that was running: it is restored among the containers, where it is not started a second time',
    when: isRestored,
    note: ({ key }) =>
      `sidecar ${key} is restored as an ordinary container: it does not end by itself when the other containers have ended`,
  },
  {
    field: '*',
    outcome: 'kept',
    reason: 'asked for with --init-containers keep: it runs anew',
    when: ({ restore }) => restore.keepInitContainers,
    inside: ({ restore, was, path }) =>
      walkFields(INIT_CONTAINER, fieldsOf(was), { restore, path: (key) => `${path}.${key}` }),
    note: ({ key }) => `init container ${key} is kept: it starts anew, before the others are restored`,
  },
  {
    field: '*',
    outcome: 'dropped',
    reason: 'it ran once, before the checkpoint; what it did is in the memory and in the volumes',
    note: ({ key }) =>
      `init container ${key} is dropped: it ran once; where it must fill a volume anew, use --init-containers keep`,
  },
];

/** The fields of an init container that runs anew. */
export const INIT_CONTAINER: readonly Row[] = [
  { field: 'volumeMounts', outcome: 'kept', reason: 'one by one', inside: walkMounts },
  { field: '*', outcome: 'kept', reason: 'it runs anew, as it did in the source pod' },
];
