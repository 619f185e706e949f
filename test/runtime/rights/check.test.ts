import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import type { ErrorCode } from '../../../src/errors.ts';
import { openImage } from '../../../src/runtime/image/image.ts';
import { checkRights } from '../../../src/runtime/rights/check.ts';
import { exceedsNamespaces } from '../../../src/runtime/rights/namespaces.ts';
import { madeBundle, recordedConfig } from '../../helpers/bundles.ts';
import { criuImage, message } from '../../helpers/criu-image.ts';
import { throwsCode } from '../../helpers/throws.ts';

for (const [archive, bundle] of [
  ['containerd/web', 'containerd-2.3/container'],
  ['containerd/web-sidecar', 'containerd-2.3/container'],
  ['crio-1.37/web', 'cri-o-1.37/container'],
  ['crio-1.37/web', 'containerd-2.3/container'],
  ['containerd/web', 'cri-o-1.37/container'],
] as const) {
  test(`${archive} asks for no more than ${bundle} has`, async (t) => {
    const { image } = await madeBundle(t, archive);
    await t.notThrowsAsync(checkRights(openImage([image]), recordedConfig(bundle)));
  });
}

test("a process that was in its node's network is refused where its pod has its own", async (t) => {
  const { image } = await madeBundle(t, 'crio/web');
  const error = await throwsCode(t, 'RIGHTS_EXCEEDED', () =>
    checkRights(openImage([image]), recordedConfig('cri-o-1.37/container')),
  );
  t.regex(error?.message ?? '', /network namespace/);
});

const CREDS = message([10, message([12, 0xffffffff])]);
const HOSTILE: readonly (readonly [title: string, code: ErrorCode, name: string, bytes: Buffer | undefined])[] = [
  [
    'all capabilities',
    'RIGHTS_EXCEEDED',
    'core-27.img',
    criuImage('core', message([1, 1], [3, message([1, 1])], [5, CREDS])),
  ],
  [
    'all capabilities of a thread that no process lists',
    'RIGHTS_EXCEEDED',
    'core-99.img',
    criuImage('core', message([1, 1], [3, message([1, 1])], [5, CREDS])),
  ],
  [
    'namespaces in the core',
    'RIGHTS_EXCEEDED',
    'core-27.img',
    criuImage('core', message([1, 1], [3, message([1, 2])], [4, message([9, 6])])),
  ],
  [
    'the namespaces of the node',
    'RIGHTS_EXCEEDED',
    'ids-1.img',
    criuImage('ids', message([5, 1], [6, 2], [7, 3], [8, 4], [9, 6])),
  ],
  [
    "the node's mount namespace for a second process",
    'RIGHTS_EXCEEDED',
    'ids-27.img',
    criuImage('ids', message([5, 9], [6, 10], [7, 11], [8, 12], [9, 6])),
  ],
  ['no namespaces', 'NOT_A_CHECKPOINT', 'ids-1.img', undefined],
  ['no processes', 'NOT_A_CHECKPOINT', 'pstree.img', undefined],
  [
    'a disk of the node',
    'RIGHTS_EXCEEDED',
    'mountpoints-99.img',
    criuImage('mountpoints', message([1, 16], [7, Buffer.from('/host')])),
  ],
];

for (const [title, code, name, bytes] of HOSTILE) {
  test(`a checkpoint with ${title} is ${code}`, async (t) => {
    const { image, config } = await madeBundle(t);
    t.true((await readdir(join(image, 'checkpoint'))).includes('ids-1.img'));
    const path = join(image, 'checkpoint', name);
    if (bytes === undefined) await rm(path);
    else await writeFile(path, bytes);
    await throwsCode(t, code, () => checkRights(openImage([image]), config));
  });
}

test('a container that may mount can have any mount', async (t) => {
  const { image, config } = await madeBundle(t);
  const disk = criuImage('mountpoints', message([1, 16], [7, Buffer.from('/host')]));
  await writeFile(join(image, 'checkpoint/mountpoints-99.img'), disk);
  const bounding = [...(config.process?.capabilities?.bounding ?? []), 'CAP_SYS_ADMIN'];
  const privileged = { ...config, process: { ...config.process, capabilities: { bounding } } };
  await t.notThrowsAsync(checkRights(openImage([image]), privileged));
});

test('a namespace that the pod shares with the node may be shared', (t) => {
  const ids = { pid: 1, network: 2, ipc: 3, uts: 4, mount: 5, user: 6, cgroup: 7 };
  const own = (...types: readonly string[]) => ({
    root: { path: '/r' },
    linux: { namespaces: types.map((type) => ({ type })) },
  });
  t.is(exceedsNamespaces(ids, { ...ids, pid: 9, mount: 9 }, own('pid', 'mount')), undefined);
  t.is(exceedsNamespaces(ids, { ...ids, pid: 9, mount: 9 }, own('pid', 'mount', 'cgroup')), undefined);
  t.regex(exceedsNamespaces(ids, { ...ids, pid: 9, mount: 9 }, own('pid', 'mount', 'network')) ?? '', /network/);
  t.regex(exceedsNamespaces({ ...ids, mount: undefined }, { ...ids, pid: 9 }, own('pid', 'mount')) ?? '', /mount/);
});
