import test from 'ava';
import { restoredPod } from '../../../../../src/controller/migration/restored-pod/restored-pod.ts';
import type { Fields } from '../../../../../src/kube/fields.ts';
import { BASE, containerOf, decisionOn, podOf, request, specOf, TOKEN_PATH } from '../../../../helpers/restore.ts';

const base = { name: 'thaw-base-0', image: { reference: BASE, pullPolicy: 'IfNotPresent' } };
const token = { name: 'kube-api-access-7nj5h', projected: { sources: [{ serviceAccountToken: { path: 'token' } }] } };
const tokenMount = { name: token.name, mountPath: TOKEN_PATH, readOnly: true };

const keeps = test.macro({
  exec(t, volume: { name: string }) {
    const restored = restoredPod(request({ source: podOf({ volumes: [volume] }) }));
    t.deepEqual(specOf(restored)['volumes'], [volume, base]);
    t.regex(decisionOn(restored, `spec.volumes[${volume.name}]`) ?? '', /^kept: /);
  },
  title: (_, volume) => `a volume is kept as it is: ${JSON.stringify(volume)}`,
});

test(keeps, { name: 'data', persistentVolumeClaim: { claimName: 'data-web-0' } });
test(keeps, { name: 'settings', configMap: { name: 'settings', defaultMode: 420 } });
test(keeps, { name: 'models', image: { reference: 'models:1' } });
test(keeps, { name: 'thaw-base-x', image: { reference: 'models:1' } });
test(keeps, { name: 'kube-api-access-7nj5h', configMap: { name: 'x' } });
test(keeps, { name: 'kube-api-access-mine', projected: { sources: [] } });
test(keeps, { name: 'scratch', emptyDir: { medium: 'Memory' } });
test(keeps, { name: 'host', hostPath: { path: '/srv' } });

const warns = test.macro({
  exec(t, volume: Fields, note: RegExp) {
    const { notes } = restoredPod(request({ source: podOf({ volumes: [{ name: 'v', ...volume }] }) }));
    t.regex(notes.join('\n'), note);
  },
  title: (_, volume) => `whoever restores is told of ${Object.keys(volume ?? {})}`,
});

test(warns, { emptyDir: {} }, /volume v \(emptyDir\) starts empty: its files stay behind/);
test(warns, { ephemeral: {} }, /volume v \(ephemeral\) starts empty/);
test(warns, { hostPath: { path: '/srv' } }, /volume v \(hostPath\) is the target node's/);

test('the token volume that admission added goes, with its mounts', (t) => {
  const source = podOf({
    containers: [{ name: 'web', volumeMounts: [tokenMount, { name: 'data', mountPath: '/data' }] }],
    volumes: [token, { name: 'data', emptyDir: {} }],
  });
  const restored = restoredPod(request({ source }));
  t.deepEqual(specOf(restored)['volumes'], [{ name: 'data', emptyDir: {} }, base]);
  t.deepEqual(containerOf(restored, 'web').volumeMounts, [{ name: 'data', mountPath: '/data' }]);
});

test('a list that loses its last entry goes as a whole', (t) => {
  const source = podOf({ containers: [{ name: 'web', volumeMounts: [tokenMount] }], volumes: [token] });
  t.false('volumeMounts' in containerOf(restoredPod(request({ source })), 'web'));
});

test('a token volume of the same name stays where admission does not mount one: the pod brought it itself', (t) => {
  const source = podOf({
    automountServiceAccountToken: false,
    containers: [{ name: 'web', volumeMounts: [tokenMount] }],
    volumes: [token],
  });
  const restored = restoredPod(request({ source }));
  t.deepEqual(specOf(restored)['volumes'], [token, base]);
  t.deepEqual(containerOf(restored, 'web').volumeMounts, [tokenMount]);
});

test("an earlier restore's base image goes, and the name is free again", (t) => {
  const earlier = { name: 'thaw-base-0', image: { reference: `other@sha256:${'0'.repeat(64)}` } };
  const restored = restoredPod(request({ source: podOf({ volumes: [earlier] }) }));
  t.deepEqual(specOf(restored)['volumes'], [base]);
});

test('a volume of the pod that happens to have the name of a base image keeps it', (t) => {
  const own = { name: 'thaw-base-0', emptyDir: {} };
  const restored = restoredPod(request({ source: podOf({ volumes: [own] }) }));
  t.deepEqual(specOf(restored)['volumes'], [own, { ...base, name: 'thaw-base-1' }]);
});
