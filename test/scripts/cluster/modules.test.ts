import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { goArguments } from '../../../scripts/cluster/build.ts';
import { toolsOf } from '../../../scripts/cluster/go-mod.ts';
import { COMPONENTS, type ComponentName, componentOf, programs } from '../../../scripts/cluster/modules.ts';
import { BuildError } from '../../../scripts/cluster/step.ts';
import { temporaryFolder } from '../../helpers/fixtures.ts';

const NAMES = Object.keys(COMPONENTS) as ComponentName[];

for (const name of NAMES) {
  test(`the programs of ${name} are the tools of its go.mod, so that go.sum covers what they need`, async (t) => {
    const { source } = await componentOf({ cache: '/cache' }, name);
    const tools = toolsOf(await readFile(join(source, 'go.mod'), 'utf8'));
    t.deepEqual(Object.values<string>(COMPONENTS[name].programs).sort(), tools.sort());
  });
}

test('a component lies in the cache under the version that its go.mod says', async (t) => {
  const { version, folder } = await componentOf({ cache: '/cache' }, 'kubernetes');
  t.regex(version, /^v1\.\d+\.\d+$/);
  t.is(folder, `/cache/kubernetes/${version}`);
});

test('two containerds differ in their version, and share a folder', async (t) => {
  const [one, other] = [
    await componentOf({ cache: '/cache' }, 'containerd'),
    await componentOf({ cache: '/cache' }, 'containerd-2.4'),
  ];
  t.regex(one.version, /^v2\.3\./);
  t.regex(other.version, /^v2\.4\./);
  t.is(join(one.folder, '..'), join(other.folder, '..'));
});

test('a program that is not built is named, with the command that builds it', async (t) => {
  const cache = await temporaryFolder(t);
  const { folder } = await componentOf({ cache }, 'etcd');
  const error = await t.throwsAsync(() => programs({ cache }, ['etcd']), { instanceOf: BuildError });
  t.is(error?.message, `not built yet: ${folder}/etcd. Run: npm run cluster -- build`);
});

test('programs are found where they were built, of the components asked for only', async (t) => {
  const cache = await temporaryFolder(t);
  const { folder } = await componentOf({ cache }, 'etcd');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'etcd'), '', { mode: 0o755 });
  t.deepEqual(await programs({ cache }, ['etcd']), { etcd: `${folder}/etcd` });
});

test('a program is told the version that was built', async (t) => {
  const component = await componentOf({ cache: '/cache' }, 'kubernetes');
  t.deepEqual(goArguments(component, ['kubelet', 'kubectl'], '/half'), [
    '-ldflags',
    `-s -w -X k8s.io/component-base/version.gitVersion=${component.version}`,
    ...['-o', '/half/', 'k8s.io/kubernetes/cmd/kubelet', 'k8s.io/kubernetes/cmd/kubectl'],
  ]);
});

test('a program whose package is called otherwise is built under its own name', async (t) => {
  const args = goArguments(await componentOf({ cache: '/cache' }, 'etcd'), ['etcd'], '/half');
  t.deepEqual(args, ['-ldflags', '-s -w', '-o', '/half/etcd', 'go.etcd.io/etcd/server/v3']);
});
