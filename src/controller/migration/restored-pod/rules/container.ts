import { fieldsOf } from '../../../../kube/fields.ts';
import type { RestoreMethod } from '../restore.ts';
import { walkFields } from '../walk.ts';
import type { Row } from './row.ts';
import { walkMounts } from './volume-mounts.ts';

const kept =
  (reason: string) =>
  (field: string): Row => ({ field, outcome: 'kept', reason });
const dropped =
  (reason: string) =>
  (field: string): Row => ({ field, outcome: 'dropped', reason });

/** A container's hooks (Kubernetes API reference 1.36, Lifecycle v1 core). */
export const LIFECYCLE: readonly Row[] = [
  dropped('it ran when the container first started; a second run would meet a program that is already at work')(
    'postStart',
  ),
  ...['preStop', 'stopSignal'].map(kept("the restored container ends as the source's would have")),
];

/** The table of a container that is restored by a method: image, command and args are the method's to decide. */
export function containerRows(method: RestoreMethod): readonly Row[] {
  return [NAME, ...method.containerRows, ...CONTAINER];
}

const NAME: Row = kept('runtime and kubelet know the container by it')('name');

/** The other fields of a container (Kubernetes API reference 1.36, Container v1 core), the same for every method. */
const CONTAINER: readonly Row[] = [
  {
    field: 'imagePullPolicy',
    outcome: 'set',
    reason: 'the digest cannot change; Never would fail on a node that has not got the image',
    value: () => 'IfNotPresent',
  },
  kept('where a command that is run in the container begins')('workingDir'),
  ...['env', 'envFrom'].map(kept('for commands run in the container; the restored processes keep the one they had')),
  kept('what the container listens on')('ports'),
  ...['resources', 'resizePolicy'].map(kept('the processes need what they had')),
  ...['restartPolicy', 'restartPolicyRules'].map(
    dropped('a restored container that exits cannot start again, whatever the rules'),
  ),
  { field: 'volumeMounts', outcome: 'kept', reason: 'one by one', inside: walkMounts },
  kept('the checkpoint needs the same devices at the same paths')('volumeDevices'),
  ...['livenessProbe', 'readinessProbe'].map(kept('the restored program answers it as before')),
  dropped('the program started long ago; readiness and liveness probes begin at once')('startupProbe'),
  {
    field: 'lifecycle',
    outcome: 'kept',
    reason: 'hook by hook',
    inside: ({ restore, was, path }) =>
      walkFields(LIFECYCLE, fieldsOf(was), { restore, path: (key) => `${path}.${key}` }),
  },
  ...['terminationMessagePath', 'terminationMessagePolicy'].map(
    kept('the kubelet mounts a file at this path, and the checkpoint has that mount'),
  ),
  kept('the processes were frozen with these rights')('securityContext'),
  ...['stdin', 'stdinOnce', 'tty'].map(kept('the checkpoint has, or has not, a terminal')),
];
