import test from 'ava';
import { restoredPod } from '../../../../../src/controller/migration/restored-pod/restored-pod.ts';
import { fieldsOf } from '../../../../../src/kube/fields.ts';
import { checkpoint, decisionOn, metadataOf, podOf, referenceOf, request } from '../../../../helpers/restore.ts';

function annotationsAfter(annotations: Readonly<Record<string, string>>) {
  const restored = restoredPod(request({ source: podOf({}, { annotations }) }));
  return { restored, annotations: fieldsOf(metadataOf(restored)['annotations']) };
}

const kept = test.macro({
  exec(t, key: string) {
    const { annotations, restored } = annotationsAfter({ [key]: 'x' });
    t.is(annotations[key], 'x');
    t.is(decisionOn(restored, `metadata.annotations[${key}]`), "kept: it is the pod's own");
  },
  title: (_, key) => `annotation ${key} is kept`,
});

const dropped = test.macro({
  exec(t, key: string) {
    const { annotations, restored } = annotationsAfter({ [key]: 'x' });
    t.false(key in annotations);
    t.regex(decisionOn(restored, `metadata.annotations[${key}]`) ?? '', /^dropped: /);
  },
  title: (_, key) => `annotation ${key} is dropped`,
});

test(kept, 'prometheus.io/scrape');
test(kept, 'container.apparmor.security.beta.kubernetes.io/web');
test(kept, 'kubectl.kubernetes.io/default-container');
test(kept, 'kubectl.kubernetes.io/restartedAt');
test(kept, 'k8s.v1.cni.cncf.io/networks');
test(kept, 'kubernetes.io/egress-bandwidth');
test(kept, 'kubernetes.io/configuration');
test(kept, 'migrations.example.com/owner');

test(dropped, 'kubernetes.io/config.hash');
test(dropped, 'kubernetes.io/config.mirror');
test(dropped, 'kubernetes.io/config.seen');
test(dropped, 'kubernetes.io/config.source');
test(dropped, 'kubernetes.io/created-by');
test(dropped, 'kubernetes.io/limit-ranger');
test(dropped, 'kubernetes.io/psp');
test(dropped, 'openshift.io/scc');
test(dropped, 'security.openshift.io/validated-scc-subject-type');
test(dropped, 'vpaUpdates');
test(dropped, 'vpaObservedContainers');
test(dropped, 'kubectl.kubernetes.io/last-applied-configuration');
test(dropped, 'cni.projectcalico.org/containerID');
test(dropped, 'cni.projectcalico.org/podIP');
test(dropped, 'k8s.v1.cni.cncf.io/network-status');
test(dropped, 'k8s.v1.cni.cncf.io/networks-status');
test(dropped, 'k8s.ovn.org/pod-networks');
test(dropped, 'ovn.kubernetes.io/ip_address');
test(dropped, 'openstack.org/kuryr-vif');
test(dropped, 'vpc.amazonaws.com/pod-eni');
test(dropped, 'networking.gke.io/pod-ips');
test(dropped, 'dev.thaw/migration');
test(dropped, 'migration.of-an-earlier-format');

test('the four migration annotations say where the restored pod comes from', (t) => {
  const source = podOf({ containers: [{ name: 'web' }, { name: 'cache' }] });
  const restored = restoredPod(request({ source, checkpoints: [checkpoint('web'), checkpoint('cache')] }));
  t.deepEqual(metadataOf(restored)['annotations'], {
    'migration.source-pod': 'web-0',
    'migration.target-node': 'node-b',
    'migration.checkpoint-source': `${referenceOf('web')},${referenceOf('cache')}`,
    'migration.timestamp': '2026-11-22T09:30:00Z',
  });
});

test('the checkpoint source is the name of the object that the checkpoints belong to, where there is one', (t) => {
  const restored = restoredPod(request({ source: podOf(), checkpointSource: 'content-1' }));
  t.like(metadataOf(restored)['annotations'], { 'migration.checkpoint-source': 'content-1' });
});

test("an earlier restore's annotations give way, and its target node with them where none is named", (t) => {
  const annotations = { 'migration.source-pod': 'old', 'migration.target-node': 'node-a' };
  const { targetNode: _, ...anywhere } = request({ source: podOf({}, { annotations }) });
  const after = fieldsOf(metadataOf(restoredPod(anywhere))['annotations']);
  t.is(after['migration.source-pod'], 'web-0');
  t.false('migration.target-node' in after);
});
