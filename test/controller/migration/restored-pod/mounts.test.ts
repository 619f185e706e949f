import test from 'ava';
import fc from 'fast-check';
import type { RequiredMount } from '../../../../src/checkpoint/required-mount.ts';
import type { RestoreCheckpoint } from '../../../../src/controller/migration/restored-pod/checkpoint.ts';
import type { RestoreRequest } from '../../../../src/controller/migration/restored-pod/request.ts';
import { restoredPod } from '../../../../src/controller/migration/restored-pod/restored-pod.ts';
import { parseVolumeAnswers } from '../../../../src/controller/migration/restored-pod/volume-answer.ts';
import { type Fields, itemsOf } from '../../../../src/kube/fields.ts';
import { checkpoint, containerOf, podOf, request, specOf, TOKEN_PATH } from '../../../helpers/restore.ts';
import { throwsCode } from '../../../helpers/throws.ts';

const SYNTAX = ' | pvc:<claim> | hostPath:</path> | configMap:<name> | secret:<name>';

function needing(container: string, ...mounts: (string | RequiredMount)[]): RestoreCheckpoint {
  const requiredMounts = mounts.map((mount) =>
    typeof mount === 'string' ? { destination: mount, readOnly: false } : mount,
  );
  return checkpoint(container, { requiredMounts });
}

/** What a restore adds: the volumes but the base image's, and container web's mounts. */
function added(changes: Partial<RestoreRequest>) {
  const restored = restoredPod(request(changes));
  const volumes = itemsOf(specOf(restored)['volumes']).slice(0, -1);
  return { restored, volumes, mounts: containerOf(restored, 'web').volumeMounts };
}

const podWithMounts = (volumeMounts: readonly Fields[], spec: Fields = {}) =>
  podOf({ containers: [{ name: 'web', volumeMounts }], volumes: [{ name: 'data', emptyDir: {} }], ...spec });

// with the source pod

test('a mount that the source pod has is all that a checkpoint needs', (t) => {
  const source = podWithMounts([{ name: 'data', mountPath: '/data' }]);
  const { mounts } = added({ source, checkpoints: [needing('web', '/data')] });
  t.deepEqual(mounts, [{ name: 'data', mountPath: '/data' }]);
});

test('a path is the same with a slash at its end', (t) => {
  const source = podWithMounts([{ name: 'data', mountPath: '/data//x/' }]);
  t.notThrows(() => added({ source, checkpoints: [needing('web', '/data/x')] }));
});

test('every mount that the source pod lacks is named with its container, and what the archive tells of it', async (t) => {
  const source = podOf({ containers: [{ name: 'web' }, { name: 'cache' }] });
  const emptyDir = { destination: '/tmp/x', readOnly: false, volume: { kind: 'emptyDir', name: 'x' } } as const;
  const checkpoints = [needing('web', '/data', emptyDir), needing('cache', '/data')];
  const error = await throwsCode(t, 'MOUNT_UNKNOWN', () => restoredPod(request({ source, checkpoints })));
  t.is(
    error?.found,
    'the pod has no mount for what the checkpoints require: /data of containers web, cache; ' +
      '/tmp/x of container web (on the source node: emptyDir x)',
  );
  t.is(error?.next, `add the mounts to the pod, or say --volume /data=emptyDir${SYNTAX}`);
  t.deepEqual(error?.facts['mounts'], [
    { container: 'web', path: '/data' },
    { container: 'web', path: '/tmp/x', kind: 'emptyDir', name: 'x' },
    { container: 'cache', path: '/data' },
  ]);
});

test('a mount of another container does not count', async (t) => {
  const source = podOf({
    containers: [{ name: 'web' }, { name: 'cache', volumeMounts: [{ name: 'd', mountPath: '/data' }] }],
  });
  const checkpoints = [needing('web', '/data'), needing('cache', '/data')];
  const error = await throwsCode(t, 'MOUNT_UNKNOWN', () => restoredPod(request({ source, checkpoints })));
  t.deepEqual(error?.facts['mounts'], [{ container: 'web', path: '/data' }]);
});

test("the service account's mount is left to admission, whether or not the source shows it", (t) => {
  const shown = podWithMounts([{ name: 'kube-api-access-7nj5h', mountPath: TOKEN_PATH }], {
    volumes: [{ name: 'kube-api-access-7nj5h', projected: {} }],
  });
  for (const source of [shown, podOf()]) {
    const { volumes, mounts } = added({ source, checkpoints: [needing('web', TOKEN_PATH)] });
    t.deepEqual(volumes, []);
    t.is(mounts, undefined);
  }
});

test("the service account's mount is missing where the pod forbids it", async (t) => {
  const source = podOf({ automountServiceAccountToken: false });
  const checkpoints = [needing('web', TOKEN_PATH)];
  const error = await throwsCode(t, 'MOUNT_UNKNOWN', () => restoredPod(request({ source, checkpoints })));
  t.true(error?.found.endsWith(`${TOKEN_PATH} of container web (automountServiceAccountToken is false)`));
});

test("the service account's mount may be the pod's own where it forbids admission's", (t) => {
  const mount = { name: 'kube-api-access-7nj5h', mountPath: TOKEN_PATH };
  const source = podWithMounts([mount], {
    automountServiceAccountToken: false,
    volumes: [{ name: 'kube-api-access-7nj5h', projected: {} }],
  });
  t.deepEqual(added({ source, checkpoints: [needing('web', TOKEN_PATH)] }).mounts, [mount]);
});

test('the kubelet mounts the file for the termination message', (t) => {
  const source = podOf({ containers: [{ name: 'web', terminationMessagePath: '/tmp/why' }] });
  t.notThrows(() => added({ source, checkpoints: [needing('web', '/tmp/why')] }));
  t.notThrows(() => added({ source: podOf(), checkpoints: [needing('web', '/dev/termination-log')] }));
});

test('an answer fills a mount that the source pod lacks', (t) => {
  const volumes = parseVolumeAnswers(['/data=pvc:copy']);
  const result = added({ source: podOf(), checkpoints: [needing('web', '/data')], volumes });
  t.deepEqual(result.volumes, [{ name: 'data', persistentVolumeClaim: { claimName: 'copy' } }]);
  t.deepEqual(result.mounts, [{ name: 'data', mountPath: '/data' }]);
});

test("an answer takes the place of the source pod's own mount, under a name of its own", (t) => {
  const source = podWithMounts([{ name: 'data', mountPath: '/data/' }]);
  const volumes = parseVolumeAnswers(['/data=pvc:copy']);
  const result = added({ source, checkpoints: [needing('web', '/data')], volumes });
  t.deepEqual(result.mounts, [{ name: 'data-2', mountPath: '/data' }]);
  t.deepEqual(result.volumes[1], { name: 'data-2', persistentVolumeClaim: { claimName: 'copy' } });
});

test('an answer that no mount asks for is a mistake, and the required ones are named', async (t) => {
  const volumes = parseVolumeAnswers(['/dta=emptyDir', '/data=emptyDir']);
  const change = { checkpoints: [needing('web', '/data', '/logs')], volumes };
  const error = await throwsCode(t, 'USAGE', () => restoredPod(request(change)));
  t.deepEqual(error?.facts, { unused: ['/dta'], required: ['/data', '/logs'] });
});

test('an answer where no mount is required at all is a mistake', async (t) => {
  const volumes = parseVolumeAnswers(['/data=emptyDir']);
  const error = await throwsCode(t, 'USAGE', () => restoredPod(request({ volumes })));
  t.is(error?.next, 'leave it out: no mount is required');
});

// without the source pod

const mountOf = (kind: NonNullable<RequiredMount['volume']>['kind'], name?: string): RequiredMount => ({
  destination: '/data',
  readOnly: false,
  volume: { kind, ...(name === undefined ? {} : { name }) },
});

test('an emptyDir that the archives tell is made anew, one for all mounts of the same name', (t) => {
  const other = { ...mountOf('emptyDir', 'shared'), destination: '/other', readOnly: true };
  const checkpoints = [needing('web', mountOf('emptyDir', 'shared')), needing('cache', other)];
  const { volumes, mounts, restored } = added({ checkpoints });
  t.deepEqual(volumes, [{ name: 'shared', emptyDir: {} }]);
  t.deepEqual(mounts, [{ name: 'shared', mountPath: '/data' }]);
  t.deepEqual(containerOf(restored, 'cache').volumeMounts, [{ name: 'shared', mountPath: '/other', readOnly: true }]);
  t.regex(restored.notes.join('\n'), /volume shared is a new emptyDir: its files stay behind/);
});

test('an emptyDir whose name the archive does not tell is named after its path', (t) => {
  t.deepEqual(added({ checkpoints: [needing('web', mountOf('emptyDir'))] }).volumes, [{ name: 'data', emptyDir: {} }]);
});

for (const kind of ['configMap', 'secret', 'projected', 'downwardAPI', 'csi', 'hostPath'] as const) {
  test(`a ${kind} is never taken from what an archive says`, async (t) => {
    const checkpoints = [needing('web', mountOf(kind, 'settings'))];
    const error = await throwsCode(t, 'MOUNT_UNKNOWN', () => restoredPod(request({ checkpoints })));
    t.is(
      error?.found,
      `the archives do not tell which volume stands behind /data of container web (on the source node: ${kind} settings)`,
    );
    t.is(error?.next, `give the pod with --from, or say --volume /data=emptyDir${SYNTAX}`);
  });
}

test('a mount of which the archive tells nothing is asked for', async (t) => {
  const checkpoints = [needing('web', '/data')];
  const error = await throwsCode(t, 'MOUNT_UNKNOWN', () => restoredPod(request({ checkpoints })));
  t.deepEqual(error?.facts, { mounts: [{ container: 'web', path: '/data' }] });
});

test("the service account's mount is left to admission", (t) => {
  const token = { destination: TOKEN_PATH, readOnly: true, volume: { kind: 'serviceAccount' } } as const;
  const { volumes, mounts } = added({ checkpoints: [needing('web', token)] });
  t.deepEqual(volumes, []);
  t.is(mounts, undefined);
});

const answer = test.macro({
  exec(t, text: string, volume: Fields) {
    const { volumes } = added({
      checkpoints: [needing('web', mountOf('emptyDir', 'x'))],
      volumes: parseVolumeAnswers([text]),
    });
    t.deepEqual(volumes, [{ name: 'data', ...volume }]);
  },
  title: (_, text) => `${text} counts more than what the archive tells`,
});

test(answer, '/data=emptyDir', { emptyDir: {} });
test(answer, '/data=pvc:web-data', { persistentVolumeClaim: { claimName: 'web-data' } });
test(answer, '/data=hostPath:/srv/web', { hostPath: { path: '/srv/web' } });
test(answer, '/data=configMap:web-settings', { configMap: { name: 'web-settings' } });
test(answer, '/data=secret:web-keys', { secret: { secretName: 'web-keys' } });

test('two answers that name one claim share one volume; two emptyDirs do not', (t) => {
  const checkpoints = [needing('web', '/a', '/b', '/c', '/d')];
  const volumes = parseVolumeAnswers(['/a=pvc:one', '/b=pvc:one', '/c=emptyDir', '/d=emptyDir']);
  const result = added({ checkpoints, volumes });
  t.deepEqual(
    result.volumes.map((volume) => (volume as Fields)['name']),
    ['a', 'c', 'd'],
  );
  t.deepEqual(result.mounts, [
    { name: 'a', mountPath: '/a' },
    { name: 'a', mountPath: '/b' },
    { name: 'c', mountPath: '/c' },
    { name: 'd', mountPath: '/d' },
  ]);
});

test('new volumes have legal names, no two the same, whatever the paths', (t) => {
  const path = fc.array(fc.string({ minLength: 1, maxLength: 40, unit: 'binary' }), { minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(
      fc.uniqueArray(
        path.map((parts) => `/${parts.join('/').replaceAll('..', '')}`),
        { maxLength: 8 },
      ),
      (paths) => {
        const requiredMounts = paths.map((destination) => ({
          destination,
          readOnly: false,
          volume: { kind: 'emptyDir' } as const,
        }));
        const { volumes } = added({ checkpoints: [checkpoint('web', { requiredMounts })] });
        const names = volumes.map((volume) => String((volume as Fields)['name']));
        t.is(new Set(names).size, names.length);
        for (const name of names) t.regex(name, /^(?=.{1,63}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?$/);
      },
    ),
  );
});
