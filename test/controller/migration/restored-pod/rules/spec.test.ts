import test from 'ava';
import { restoredPod } from '../../../../../src/controller/migration/restored-pod/restored-pod.ts';
import { decisionOn, podOf, request, specOf } from '../../../../helpers/restore.ts';

const KEPT: Readonly<Record<string, unknown>> = {
  activeDeadlineSeconds: 600,
  automountServiceAccountToken: false,
  dnsConfig: { nameservers: ['10.0.0.10'] },
  dnsPolicy: 'ClusterFirst',
  enableServiceLinks: false,
  hostAliases: [{ ip: '10.1.2.3', hostnames: ['db'] }],
  hostIPC: true,
  hostNetwork: true,
  hostPID: true,
  hostUsers: false,
  hostname: 'web',
  hostnameOverride: 'web.example',
  imagePullSecrets: [{ name: 'registry' }],
  os: { name: 'linux' },
  priorityClassName: 'high',
  readinessGates: [{ conditionType: 'example.com/ready' }],
  resourceClaims: [{ name: 'gpu', resourceClaimName: 'gpu' }],
  resources: { limits: { memory: '1Gi' } },
  runtimeClassName: 'kata',
  schedulerName: 'default-scheduler',
  securityContext: { runAsUser: 0 },
  serviceAccountName: 'web',
  setHostnameAsFQDN: true,
  shareProcessNamespace: true,
  subdomain: 'web',
  terminationGracePeriodSeconds: 0,
  tolerations: [
    { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 },
  ],
};

const DROPPED: Readonly<Record<string, unknown>> = {
  affinity: { nodeAffinity: {} },
  ephemeralContainers: [{ name: 'debugger' }],
  evictionResponders: [{ name: 'example.com/x', priority: 10_000 }],
  initContainers: [{ name: 'prepare' }],
  nodeSelector: { disk: 'ssd' },
  overhead: { cpu: '250m' },
  preemptionPolicy: 'Never',
  priority: 1000,
  restoreFrom: { name: 'x' },
  schedulingGates: [{ name: 'example.com/wait' }],
  schedulingGroup: { podGroupName: 'x' },
  topologySpreadConstraints: [{ maxSkew: 1 }],
  workloadRef: { name: 'x' },
};

for (const [field, value] of Object.entries(KEPT)) {
  test(`spec.${field} is kept as it is`, (t) => {
    const restored = restoredPod(request({ source: podOf({ [field]: value }) }));
    t.deepEqual(specOf(restored)[field], value);
    t.regex(decisionOn(restored, `spec.${field}`) ?? '', /^kept: /);
  });
}

for (const [field, value] of Object.entries(DROPPED)) {
  test(`spec.${field} is dropped`, (t) => {
    const restored = restoredPod(request({ source: podOf({ [field]: value }) }));
    t.false(field in specOf(restored));
    const decision = restored.decisions.find((each) => each.field.startsWith(`spec.${field}`));
    t.is(decision?.outcome, 'dropped');
  });
}

test('a field that is null is as good as absent', (t) => {
  const restored = restoredPod(request({ source: podOf({ tolerations: null, volumes: null, initContainers: null }) }));
  t.false('tolerations' in specOf(restored));
  t.is(decisionOn(restored, 'spec.tolerations'), undefined);
});

test('nodeName and restartPolicy are set whatever the source pod says', (t) => {
  const restored = restoredPod(request({ source: podOf({ nodeName: 'node-a', restartPolicy: 'Always' }) }));
  t.is(specOf(restored)['nodeName'], 'node-b');
  t.is(specOf(restored)['restartPolicy'], 'Never');
});

test("without a target node the source pod's node goes and its placement stays", (t) => {
  const placement = { nodeSelector: { disk: 'ssd' }, affinity: { nodeAffinity: {} }, topologySpreadConstraints: [] };
  const { targetNode: _, ...anywhere } = request({ source: podOf({ nodeName: 'node-a', ...placement }) });
  const restored = restoredPod(anywhere);
  t.false('nodeName' in specOf(restored));
  t.is(decisionOn(restored, 'spec.nodeName'), 'dropped: it is the source node');
  t.like(specOf(restored), placement);
  t.true(restored.notes.some((note) => note.includes('no target node is named')));
});

test('serviceAccount, the old name, goes where the new one is there', (t) => {
  const restored = restoredPod(request({ source: podOf({ serviceAccount: 'web', serviceAccountName: 'web' }) }));
  t.false('serviceAccount' in specOf(restored));
  t.is(specOf(restored)['serviceAccountName'], 'web');
});

test('serviceAccount, the old name, stays where it is the only one', (t) => {
  const restored = restoredPod(request({ source: podOf({ serviceAccount: 'web' }) }));
  t.is(specOf(restored)['serviceAccount'], 'web');
});

test('a field that thaw does not know is dropped, and said so', (t) => {
  const restored = restoredPod(request({ source: podOf({ sandboxPolicy: { strict: true } }) }));
  t.false('sandboxPolicy' in specOf(restored));
  t.regex(decisionOn(restored, 'spec.sandboxPolicy') ?? '', /^dropped: thaw does not know this field/);
  t.true(restored.notes.includes('spec.sandboxPolicy is dropped: thaw does not know this field'));
});

test('ephemeral containers that are dropped are named', (t) => {
  const { notes } = restoredPod(
    request({ source: podOf({ ephemeralContainers: [{ name: 'one' }, { name: 'two' }] }) }),
  );
  t.true(notes.includes('ephemeral containers are dropped: one, two'));
});
