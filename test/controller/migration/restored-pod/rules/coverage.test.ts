import test from 'ava';
import { METHODS } from '../../../../../src/controller/migration/restored-pod/methods/methods.ts';
import { ANNOTATIONS } from '../../../../../src/controller/migration/restored-pod/rules/annotations.ts';
import { containerRows, LIFECYCLE } from '../../../../../src/controller/migration/restored-pod/rules/container.ts';
import { CONTAINERS } from '../../../../../src/controller/migration/restored-pod/rules/containers.ts';
import {
  INIT_CONTAINER,
  INIT_CONTAINERS,
} from '../../../../../src/controller/migration/restored-pod/rules/init-containers.ts';
import { METADATA } from '../../../../../src/controller/migration/restored-pod/rules/metadata.ts';
import { POD } from '../../../../../src/controller/migration/restored-pod/rules/pod.ts';
import type { Row } from '../../../../../src/controller/migration/restored-pod/rules/row.ts';
import { specRows } from '../../../../../src/controller/migration/restored-pod/rules/spec.ts';
import { VOLUME_MOUNTS } from '../../../../../src/controller/migration/restored-pod/rules/volume-mounts.ts';
import { VOLUMES } from '../../../../../src/controller/migration/restored-pod/rules/volumes.ts';

// Every field of these kinds in the Kubernetes 1.36 API reference, and what later and earlier versions have beside.
const FIELDS_OF_POD = 'apiVersion kind metadata spec status';
const FIELDS_OF_METADATA =
  'annotations creationTimestamp deletionGracePeriodSeconds deletionTimestamp finalizers generateName generation labels ' +
  'managedFields name namespace ownerReferences resourceVersion selfLink uid';
const FIELDS_OF_SPEC =
  'activeDeadlineSeconds affinity automountServiceAccountToken containers dnsConfig dnsPolicy enableServiceLinks ' +
  'ephemeralContainers hostAliases hostIPC hostNetwork hostPID hostUsers hostname hostnameOverride imagePullSecrets ' +
  'initContainers nodeName nodeSelector os overhead preemptionPolicy priority priorityClassName readinessGates ' +
  'resourceClaims resources restartPolicy runtimeClassName schedulerName schedulingGates schedulingGroup securityContext ' +
  'serviceAccount serviceAccountName setHostnameAsFQDN shareProcessNamespace subdomain terminationGracePeriodSeconds ' +
  'tolerations topologySpreadConstraints volumes';
const OTHER_VERSIONS = 'evictionResponders restoreFrom workloadRef';
const FIELDS_OF_CONTAINER =
  'args command env envFrom image imagePullPolicy lifecycle livenessProbe name ports readinessProbe resizePolicy resources ' +
  'restartPolicy restartPolicyRules securityContext startupProbe stdin stdinOnce terminationMessagePath ' +
  'terminationMessagePolicy tty volumeDevices volumeMounts workingDir';
const FIELDS_OF_LIFECYCLE = 'postStart preStop stopSignal';

const TABLES: Readonly<Record<string, readonly Row[]>> = {
  Pod: POD,
  metadata: METADATA,
  annotations: ANNOTATIONS,
  spec: specRows(METHODS.image),
  'spec, method runtime': specRows(METHODS.runtime),
  containers: CONTAINERS,
  container: containerRows(METHODS.image),
  'container, method runtime': containerRows(METHODS.runtime),
  lifecycle: LIFECYCLE,
  'init containers': INIT_CONTAINERS,
  'init container': INIT_CONTAINER,
  volumes: VOLUMES,
  'volume mounts': VOLUME_MOUNTS,
};

const coversEveryField = test.macro({
  exec(t, rows: readonly Row[], fields: string) {
    t.deepEqual([...new Set(rows.map(({ field }) => field))].sort(), fields.split(' ').sort());
  },
  title: (_, rows) =>
    `every field of ${Object.keys(TABLES).find((name) => TABLES[name] === rows)} has a row, and no other`,
});

test(coversEveryField, POD, FIELDS_OF_POD);
test(coversEveryField, METADATA, FIELDS_OF_METADATA);
test(coversEveryField, TABLES['spec'] ?? [], `${FIELDS_OF_SPEC} ${OTHER_VERSIONS}`);
test(coversEveryField, TABLES['spec, method runtime'] ?? [], `${FIELDS_OF_SPEC} ${OTHER_VERSIONS}`);
test(coversEveryField, TABLES['container'] ?? [], FIELDS_OF_CONTAINER);
test(coversEveryField, TABLES['container, method runtime'] ?? [], FIELDS_OF_CONTAINER);
test(coversEveryField, LIFECYCLE, FIELDS_OF_LIFECYCLE);

for (const [name, rows] of Object.entries(TABLES)) {
  test(`every row of ${name} gives a reason, and a value where it sets one`, (t) => {
    for (const row of rows) {
      t.regex(row.reason, /^\p{Ll}.*[^.]$/u, row.field);
      t.is(row.value !== undefined, row.outcome === 'set', row.field);
      t.true(row.inside === undefined || row.outcome === 'kept', row.field);
    }
  });

  test(`for each field of ${name} the last row always fits, and no row stands behind one that does`, (t) => {
    const byField = Map.groupBy(rows, ({ field }) => field);
    for (const [field, candidates] of byField) {
      const always = candidates.map(({ when }) => when === undefined);
      // Our own annotations have none: where there is nothing to set, the row that drops an earlier restore's decides.
      if (field.startsWith('migration.') && !field.endsWith('*')) continue;
      t.deepEqual(always, [...candidates.slice(1).map(() => false), true], field);
    }
  });
}
