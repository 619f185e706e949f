import test from 'ava';
import type { RestoreRequest } from '../../../../src/controller/migration/restored-pod/request.ts';
import { restoredPod } from '../../../../src/controller/migration/restored-pod/restored-pod.ts';
import { checkpoint, podOf, request } from '../../../helpers/restore.ts';
import { throwsCode } from '../../../helpers/throws.ts';

const POD = { name: 'web-0', namespace: 'shop', uid: '7d3f0a52-9d8e-4b43-8e6b-51b6f3a0c111' };
const noted = (changes: Partial<RestoreRequest>) => restoredPod(request(changes)).notes.join('\n');

const refuses = test.macro({
  async exec(t, code: 'POD_INVALID' | 'USAGE', changes: Partial<RestoreRequest>, found: string) {
    const error = await throwsCode(t, code, () => restoredPod(request(changes)));
    t.is(error?.found, found);
  },
  title: (title = '') => `refused: ${title}`,
});

test('no checkpoint at all', refuses, 'USAGE', { checkpoints: [] }, 'no checkpoint to restore was given');
test(
  'two checkpoints of one container',
  refuses,
  'USAGE',
  { checkpoints: [checkpoint('web', { reference: 'r.io/a' }), checkpoint('web', { reference: 'r.io/b' })] },
  '2 checkpoints of container web were given: r.io/a, r.io/b',
);
test(
  'checkpoints of two pods',
  refuses,
  'POD_INVALID',
  { checkpoints: [checkpoint('web'), checkpoint('cache', { pod: { ...POD, name: 'web-1' } })] },
  `the checkpoints are of two pods: shop/web-0 with UID ${POD.uid} (container web) and shop/web-1 with UID ${POD.uid} (container cache)`,
);
test(
  'checkpoints of two pods that had one name, one after the other',
  refuses,
  'POD_INVALID',
  { checkpoints: [checkpoint('web'), checkpoint('cache', { pod: { ...POD, uid: 'later' } })] },
  `the checkpoints are of two pods: shop/web-0 with UID ${POD.uid} (container web) and shop/web-0 with UID later (container cache)`,
);
test(
  'a source pod of another name',
  refuses,
  'POD_INVALID',
  { source: podOf({}, { name: 'web-1' }) },
  'the checkpoint of container web is of pod shop/web-0, not of pod shop/web-1',
);
test(
  'a source pod of another namespace',
  refuses,
  'POD_INVALID',
  { source: podOf({}, { namespace: 'test' }) },
  'the checkpoint of container web is of pod shop/web-0, not of pod test/web-0',
);
test(
  'a container that the source pod does not have, although a name contains it',
  refuses,
  'POD_INVALID',
  { source: podOf({ containers: [{ name: 'web-sidecar' }] }) },
  'the pod has no container web, of which a checkpoint was given; it has web-sidecar',
);
test(
  'an init container that ran once',
  refuses,
  'POD_INVALID',
  {
    source: podOf({ initContainers: [{ name: 'prepare' }] }),
    checkpoints: [checkpoint('web'), checkpoint('prepare')],
  },
  'the pod has no container prepare, of which a checkpoint was given; it has web',
);
test(
  'containers without a checkpoint, although a name is contained in another',
  refuses,
  'POD_INVALID',
  { source: podOf({ containers: [{ name: 'web' }, { name: 'web-sidecar' }, { name: 'we' }] }) },
  'no checkpoint was given of container web-sidecar, container we, which runs in the pod too',
);
test(
  'a sidecar without a checkpoint',
  refuses,
  'POD_INVALID',
  { source: podOf({ initContainers: [{ name: 'proxy', restartPolicy: 'Always' }] }) },
  'no checkpoint was given of sidecar proxy, which runs in the pod too',
);
test(
  'a checkpoint without a pod, of a pod',
  refuses,
  'POD_INVALID',
  { source: podOf(), checkpoints: [{ ...checkpoint('web'), pod: undefined } as never] },
  'the checkpoint of container web is of no pod, not of pod shop/web-0',
);
test(
  'a checkpoint of a container that was in no pod, when no name is given',
  refuses,
  'USAGE',
  { checkpoints: [{ ...checkpoint('web'), pod: undefined } as never] },
  'the restored pod has no name: the checkpoint is of a container that was in no pod',
);

test('a source pod without a namespace fits a checkpoint of any', (t) => {
  t.notThrows(() => restoredPod(request({ source: podOf({}, { namespace: undefined }) })));
});

test('a source pod that was made anew under its name is accepted, and said', (t) => {
  const earlier = /the checkpoints are of an earlier pod of the name shop\/web-0/;
  t.regex(noted({ source: podOf({}, { uid: 'later' }) }), earlier);
  t.notRegex(noted({ source: podOf({}, { uid: POD.uid }) }), earlier);
  t.notRegex(noted({ source: podOf() }), earlier);
});

test('whoever restores is told that the source pod goes on running', (t) => {
  t.regex(noted({ source: podOf() }), /pod shop\/web-0 goes on running until it is deleted/);
});

test('whoever restores without the source pod is told what the archives do not tell', (t) => {
  t.regex(noted({}), /the archives tell neither ports, .*: --from gives them/);
  t.notRegex(noted({ source: podOf() }), /--from gives them/);
});
