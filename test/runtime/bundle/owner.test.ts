import test from 'ava';
import { engineOfBundle, ownerOf } from '../../../src/runtime/bundle/owner.ts';
import { recordedConfig } from '../../helpers/bundles.ts';

test('each engine tells whose container it is', (t) => {
  t.deepEqual(ownerOf(recordedConfig('containerd-2.3/container')), {
    uid: '6fce1a66-6338-438f-b0c8-92f56afdd605',
    container: 'web',
    pod: 'default/rec',
    sandbox: 'f77cce7e86455cbc6b3341e8376a300bfb1d5dcb2b2ca1d2c3bb2f11bb8e5d76',
  });
  t.like(ownerOf(recordedConfig('cri-o-1.37/container')), {
    uid: 'b45587d0-b553-4288-8dee-a2c148ef09dc',
    container: 'web',
    pod: 'default/rec',
  });
});

test('a sandbox, and a container that no kubelet asked for, has no owner', (t) => {
  t.is(ownerOf(recordedConfig('containerd-2.3/sandbox')), undefined);
  t.is(ownerOf({ root: { path: 'r' } }), undefined);
});

for (const uid of ['', '.', '..', '../x', 'a/b', 'x'.repeat(129), '-x']) {
  test(`"${uid.slice(0, 20)}" is no UID that could name a file`, (t) => {
    const config = recordedConfig('containerd-2.3/container');
    const annotations = { ...config.annotations, 'io.kubernetes.cri.sandbox-uid': uid };
    t.is(ownerOf({ ...config, annotations }), undefined);
  });
}

test("annotations of a pod that look like the other engine's are not listened to", (t) => {
  const config = recordedConfig('cri-o-1.37/container');
  const annotations = {
    ...config.annotations,
    'io.kubernetes.cri.sandbox-uid': 'other',
    'io.kubernetes.cri.container-name': 'x',
  };
  t.is(engineOfBundle({ ...config, annotations }), 'cri-o');
  t.is(ownerOf({ ...config, annotations })?.uid, 'b45587d0-b553-4288-8dee-a2c148ef09dc');
});
