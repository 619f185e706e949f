import { fieldsOf } from '../../../../kube/fields.ts';
import { controllingOwner } from '../owner.ts';
import { walkFields } from '../walk.ts';
import { ANNOTATIONS } from './annotations.ts';
import type { Row } from './row.ts';

const serverSet = (field: string): Row => ({ field, outcome: 'dropped', reason: 'the server sets it' });

/** The fields of a pod's metadata (Kubernetes API reference 1.36, ObjectMeta v1 meta). */
export const METADATA: readonly Row[] = [
  {
    field: 'name',
    outcome: 'set',
    reason: 'the source pod still has its own name',
    value: ({ restore }) => restore.name,
  },
  {
    field: 'generateName',
    outcome: 'dropped',
    reason: 'the restored pod has a name, so that it is found again and never made twice',
  },
  {
    field: 'namespace',
    outcome: 'kept',
    reason: "service account, claims, secrets and pull secrets live in the source pod's namespace",
  },
  {
    field: 'labels',
    outcome: 'kept',
    reason: 'asked for with --labels keep; a selector that matches them may adopt the restored pod',
    when: ({ restore }) => controllingOwner(restore.source) !== undefined && restore.keepLabels,
    note: ({ restore }) =>
      `labels are kept: ${controllingOwner(restore.source)} may adopt the restored pod and delete it as one too many`,
  },
  {
    field: 'labels',
    outcome: 'dropped',
    reason: 'the owner would take the restored pod for one of its own by these labels, and delete it as one too many',
    when: ({ restore }) => controllingOwner(restore.source) !== undefined,
    note: ({ restore }) =>
      `labels are dropped, so that ${controllingOwner(restore.source)} does not adopt the restored pod and delete it; ` +
      'Services and network policies that select by them pass it by (--labels keep)',
  },
  {
    field: 'labels',
    outcome: 'kept',
    reason: 'by them Services and policies find the restored pod; it has no owner to adopt it',
  },
  {
    field: 'annotations',
    outcome: 'kept',
    reason: 'one by one',
    inside: ({ restore, was }) =>
      walkFields(ANNOTATIONS, fieldsOf(was), { restore, path: (key) => `metadata.annotations[${key}]` }),
  },
  {
    field: 'ownerReferences',
    outcome: 'dropped',
    reason: "the restored pod is nobody's replica: its owner would count it, and delete it as one too many",
  },
  {
    field: 'finalizers',
    outcome: 'dropped',
    reason: 'whoever put them on the source pod does not know of the restored one, which could then never be deleted',
  },
  ...[
    'uid',
    'resourceVersion',
    'generation',
    'creationTimestamp',
    'deletionTimestamp',
    'deletionGracePeriodSeconds',
    'managedFields',
    'selfLink',
  ].map(serverSet),
];
