import test from 'ava';
import { checkContext } from '../../../src/checkpoint/failures/checks/index.ts';
import type { FailureContext } from '../../../src/checkpoint/failures/context.ts';
import { imageOf, NODE, POD, soundContext, TOKEN } from './contexts.ts';

const found = test.macro((t, context: FailureContext, expected: Record<string, Record<string, string>>) => {
  const findings = checkContext(context).map(({ failure, facts }) => [failure.id, facts]);
  t.deepEqual(Object.fromEntries(findings), expected);
});

test('a restore that lacks nothing gives no finding', found, soundContext(), {});
test('of what is unknown nothing is said', found, {}, {});
test(
  'an image that thaw did not make tells nothing',
  found,
  { ...soundContext(), image: { ...imageOf(), annotations: {} } },
  {},
);
test(
  'an archive of another engine',
  found,
  { ...soundContext(), image: imageOf({ engine: { name: 'cri-o' } }) },
  {
    'other-engine': { made: 'cri-o' },
  },
);
test(
  'a containerd that has no restore any more',
  found,
  { ...soundContext(), node: { ...NODE, engine: { name: 'containerd', version: '2.4.0-rc.1' } } },
  { 'containerd-cannot-restore': {} },
);
test(
  'another architecture',
  found,
  { ...soundContext(), node: { ...NODE, architecture: 'arm64' } },
  {
    'other-architecture': { frozen: 'amd64' },
  },
);
test(
  'mounts that the pod lacks, each by its path',
  found,
  { ...soundContext(), pod: { ...POD, mounts: [] } },
  {
    'mount-missing': { paths: `/data, ${TOKEN}` },
  },
);
test(
  'a mount path in another spelling is the same mount',
  found,
  { ...soundContext(), pod: { ...POD, mounts: ['//data/', `${TOKEN}/.`] } },
  {},
);
test(
  'a base image that the pod does not bring along',
  found,
  { ...soundContext(), pod: { ...POD, volumeImages: [] } },
  {
    'base-image-not-brought': { base: POD.volumeImages[0] ?? '' },
  },
);
test(
  'a base image by another name with the same digest is the same image',
  found,
  {
    ...soundContext(),
    pod: { ...POD, volumeImages: [(POD.volumeImages[0] ?? '').replace(/^[^@]+/, 'mirror.example/b:1')] },
  },
  {},
);
test(
  'a restart policy that starts what cannot be started again',
  found,
  {
    ...soundContext(),
    pod: { ...POD, restartPolicy: 'Always' },
  },
  { 'restart-policy': { policy: 'Always' } },
);
test(
  'a broken pipe, where connections were open',
  found,
  { ...soundContext(), image: imageOf({ tcp: { listening: 1, connected: 2 } }), pod: { ...POD, exitCode: 141 } },
  { 'closed-connection': { connected: '2' } },
);
test(
  'a broken pipe without connections is its own affair',
  found,
  { ...soundContext(), pod: { ...POD, exitCode: 141 } },
  {},
);
test(
  'by method runtime neither engine nor base image matter, but the handler does',
  found,
  {
    image: imageOf({ engine: { name: 'cri-o' } }),
    node: { ...NODE, engine: { name: 'containerd', version: '2.4.2' } },
    pod: { ...POD, method: 'runtime', volumeImages: [], runtimeClass: 'thaw' },
  },
  { 'handler-missing': { handler: 'thaw' } },
);
test(
  'a node that lists no handlers is not accused',
  found,
  { node: { name: 'node-b' }, pod: { ...POD, method: 'runtime', runtimeClass: 'thaw' } },
  {},
);
