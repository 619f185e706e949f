import test from 'ava';
import fc from 'fast-check';
import type { BundleConfig } from '../../../src/runtime/bundle/config.ts';
import { coldConfig, restoredConfig } from '../../../src/runtime/bundle/rewrite.ts';
import { recordedConfig, sourceAt } from '../../helpers/bundles.ts';

const BUNDLES = ['containerd-2.3/container', 'cri-o-1.37/container'] as const;
const STAND_IN = { destination: '/run/.containerenv', type: 'bind', source: '/s/env', options: ['rbind'] };
const ADDED = { mounts: [STAND_IN], criuConfig: '/run/thaw/abc/criu.conf' };

for (const name of BUNDLES) {
  test(`in a restored config of ${name} the checkpoint is out of sight, and all else is as it was`, (t) => {
    const config = recordedConfig(name);
    const { mounts = [], annotations = {}, root, ...rest } = restoredConfig({ folder: '/bundle', config }, ADDED);
    const { mounts: before = [], annotations: was = {}, root: had, ...others } = config;
    t.deepEqual(mounts, [...before.filter(({ destination }) => destination !== '/.thaw/checkpoint'), STAND_IN]);
    t.deepEqual(annotations, { ...was, 'org.criu.config': '/run/thaw/abc/criu.conf' });
    t.is(root.path, had.path.startsWith('/') ? had.path : `/bundle/${had.path}`);
    t.deepEqual(rest, others);
  });

  test(`a config of ${name} that starts cold differs in its mounts and its program only`, (t) => {
    const config = recordedConfig(name);
    const cold = coldConfig({ folder: '/bundle', config }, ['/bin/web', '-v']);
    t.deepEqual(cold.process, { ...config.process, args: ['/bin/web', '-v'] });
    t.is(sourceAt(cold, '/.thaw/checkpoint'), '');
    t.is(cold.mounts?.length, (config.mounts?.length ?? 0) - 1);
    t.deepEqual({ ...cold, mounts: 0, process: 0, root: 0 }, { ...config, mounts: 0, process: 0, root: 0 });
  });
}

test('a mount whose source is relative to the bundle stays where it was', (t) => {
  const config = { root: { path: '/r' }, mounts: [{ destination: '/x', type: 'bind', source: 'files/x' }] };
  t.is(sourceAt(coldConfig({ folder: '/bundle', config }, ['x']), '/x'), '/bundle/files/x');
});

test('an annotation of the pod cannot choose what CRIU reads', (t) => {
  const config = { root: { path: 'r' }, annotations: { 'org.criu.config': '/etc/shadow' } };
  t.is(restoredConfig({ folder: '/b', config }, ADDED).annotations?.['org.criu.config'], ADDED.criuConfig);
});

const path = fc.constantFrom(
  '/.thaw/checkpoint',
  '/.thaw/checkpoint/',
  '/.thaw',
  '/.thaw/checkpoints',
  '/data',
  '/proc',
);
const mount = fc.record({
  destination: path,
  source: fc.constantFrom('/a', '/var/run/b'),
  type: fc.constantFrom('bind', 'tmpfs'),
});
const extra = fc.dictionary(fc.string(), fc.jsonValue());

test('whatever a config holds, no mount of the checkpoint is left, and nothing else is lost or moved', (t) => {
  fc.assert(
    fc.property(fc.array(mount), extra, (mounts, others) => {
      const config = { ...others, root: { path: '/r' }, mounts } as BundleConfig;
      const restored = restoredConfig({ folder: '/b', config }, { ...ADDED, mounts: [] });
      const left = mounts.filter(({ destination }) => !/^\/\.thaw\/checkpoint\/?$/.test(destination));
      t.deepEqual(restored.mounts, left);
      const { annotations: _a, ...rest } = restored;
      const { annotations: _b, ...before } = config;
      t.deepEqual(rest, { ...before, mounts: left });
    }),
  );
});
