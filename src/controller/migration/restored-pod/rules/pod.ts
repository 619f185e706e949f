import { fieldsOf } from '../../../../kube/fields.ts';
import { walkFields } from '../walk.ts';
import { METADATA } from './metadata.ts';
import type { Row } from './row.ts';
import { specRows } from './spec.ts';

/** The fields of a Pod (Kubernetes API reference 1.36, Pod v1 core). */
export const POD: readonly Row[] = [
  { field: 'apiVersion', outcome: 'set', reason: 'a Pod is of v1', value: () => 'v1' },
  { field: 'kind', outcome: 'set', reason: 'this is a Pod', value: () => 'Pod' },
  {
    field: 'metadata',
    outcome: 'kept',
    reason: 'field by field',
    inside: ({ restore, was }) => walkFields(METADATA, fieldsOf(was), { restore, path: (key) => `metadata.${key}` }),
  },
  {
    field: 'spec',
    outcome: 'kept',
    reason: 'field by field',
    inside: ({ restore, was }) =>
      walkFields(specRows(restore.method), fieldsOf(was), { restore, path: (key) => `spec.${key}` }),
  },
  { field: 'status', outcome: 'dropped', reason: 'the server and the kubelet write it' },
];
