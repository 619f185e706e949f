import test from 'ava';
import { podFolderOf } from '../../../src/runtime/record/pod-folder.ts';
import { recordedConfig } from '../../helpers/bundles.ts';

test("the kubelet's folder of a pod shows in the mounts of either engine", (t) => {
  const uids = {
    'containerd-2.3/container': '6fce1a66-6338-438f-b0c8-92f56afdd605',
    'cri-o-1.37/container': 'b45587d0-b553-4288-8dee-a2c148ef09dc',
  } as const;
  for (const [name, uid] of Object.entries(uids)) {
    t.is(podFolderOf(recordedConfig(name as keyof typeof uids), uid), `/var/lib/kubelet/pods/${uid}`);
  }
});

test('where no mount shows it, nothing is said', (t) => {
  t.is(podFolderOf({ root: { path: 'r' } }, 'uid'), undefined);
  const mounts = [
    { destination: '/x', source: 'pods/uid/x' },
    { destination: '/y', source: '/srv/pods/uid' },
  ];
  t.is(podFolderOf({ root: { path: 'r' }, mounts }, 'uid'), undefined);
});
