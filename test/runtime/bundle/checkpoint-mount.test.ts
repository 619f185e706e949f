import test from 'ava';
import { mountedImage } from '../../../src/runtime/bundle/checkpoint-mount.ts';
import type { BundleConfig, BundleMount } from '../../../src/runtime/bundle/config.ts';
import { recordedConfig, sourceAt, withMounts } from '../../helpers/bundles.ts';
import { throwsCode } from '../../helpers/throws.ts';

const CONTAINERD = recordedConfig('containerd-2.3/container');
const CRIO = recordedConfig('cri-o-1.37/container');
const isCheckpoint = ({ destination }: BundleMount): boolean => destination === '/.thaw/checkpoint';
const withCheckpoint = (config: BundleConfig, change: Partial<BundleMount>): BundleConfig =>
  withMounts(config, (mounts) => mounts.map((mount) => (isCheckpoint(mount) ? { ...mount, ...change } : mount)));

test('containerd binds the folder of the image volume', (t) => {
  t.deepEqual(mountedImage(CONTAINERD)?.folders, [sourceAt(CONTAINERD, '/.thaw/checkpoint')]);
  t.is(mountedImage(CONTAINERD)?.owner.container, 'web');
});

test('CRI-O lays an overlay of the image and an empty folder', (t) => {
  const folders = mountedImage(CRIO)?.folders ?? [];
  t.regex(folders[0] ?? '', /^\/var\/lib\/containers\/storage\/overlay\/[0-9a-f]{64}\/merged$/);
  t.is(folders[1], '/var/run/crio/image-volumes');
});

test('a container that mounts none is none of ours', (t) => {
  for (const config of [CONTAINERD, CRIO]) {
    t.is(mountedImage(withMounts(config, (mounts) => mounts.filter((mount) => !isCheckpoint(mount)))), undefined);
  }
  t.is(mountedImage(recordedConfig('containerd-2.3/sandbox')), undefined);
});

const IMAGE = sourceAt(CONTAINERD, '/.thaw/checkpoint');
const OTHER_SANDBOX = IMAGE.replace(/image-volumes\/./, 'image-volumes/0');
const REFUSED: Readonly<Record<string, BundleConfig>> = {
  'a volume of the kubelet': withCheckpoint(CONTAINERD, { source: sourceAt(CONTAINERD, '/data') }),
  'a path of the node': withCheckpoint(CONTAINERD, { source: '/srv/checkpoint' }),
  'a folder inside the image': withCheckpoint(CONTAINERD, { source: `${IMAGE}/sub` }),
  "another sandbox's image volume": withCheckpoint(CONTAINERD, { source: OTHER_SANDBOX }),
  'an empty volume': withCheckpoint(CONTAINERD, { type: 'tmpfs', source: 'tmpfs' }),
  'a bind mount under CRI-O': withCheckpoint(CRIO, { type: 'bind', source: '/srv', options: ['rbind', 'ro'] }),
  'an overlay that can be written to': withCheckpoint(CRIO, { options: ['lowerdir=/a', 'upperdir=/b', 'workdir=/c'] }),
  'two mounts': withMounts(CONTAINERD, (mounts) => [...mounts, ...mounts.filter(isCheckpoint)]),
  'a second one with a slash behind it': withMounts(CONTAINERD, (mounts) => [
    ...mounts,
    { destination: '/.thaw/checkpoint/', type: 'bind', source: '/srv' },
  ]),
  'a container of no kubelet': { ...CONTAINERD, annotations: {} },
};

for (const [title, config] of Object.entries(REFUSED)) {
  test(`only an image volume is restored from: ${title} is CHECKPOINT_NOT_MOUNTED`, async (t) => {
    await throwsCode(t, 'CHECKPOINT_NOT_MOUNTED', () => mountedImage(config));
  });
}
