import test from 'ava';
import { allowedCapabilities, capabilityNames, capabilitySet } from '../../../src/runtime/rights/capabilities.ts';
import { type BundleName, recordedConfig } from '../../helpers/bundles.ts';

test('names and numbers of capabilities fit together', (t) => {
  t.is(capabilitySet(['CAP_CHOWN']), 1n);
  t.is(capabilitySet(['CAP_SYS_ADMIN']), 1n << 21n);
  t.is(capabilitySet(['CAP_CHECKPOINT_RESTORE', 'CAP_BPF']), (1n << 40n) | (1n << 39n));
  t.is(capabilitySet(['CAP_OF_NOBODY']), 0n);
  const names = recordedConfig('containerd-2.3/container').process?.capabilities?.bounding ?? [];
  t.deepEqual(capabilityNames(capabilitySet(names)).sort(), [...names].sort());
});

test('a capability that has no name yet is shown by its number', (t) => {
  t.deepEqual(capabilityNames(1n << 63n), ['CAP_63']);
  t.deepEqual(capabilityNames(0n), []);
});

const boundingOf = (name: BundleName): readonly string[] => recordedConfig(name).process?.capabilities?.bounding ?? [];

test('a process keeps what another engine gives by itself, where its pod takes nothing away', (t) => {
  const [containerd, crio] = [boundingOf('containerd-2.3/container'), boundingOf('cri-o-1.37/container')];
  t.true(containerd.length > crio.length);
  t.is(allowedCapabilities(crio), capabilitySet(containerd));
  t.is(allowedCapabilities(containerd), capabilitySet(containerd));
});

test('where the pod takes one away, there are no others than its own', (t) => {
  const crio = boundingOf('cri-o-1.37/container').filter((name) => name !== 'CAP_KILL');
  t.is(allowedCapabilities(crio), capabilitySet(crio));
  t.is(allowedCapabilities([]), 0n);
});
