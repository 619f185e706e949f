import test from 'ava';
import type { SpecDump } from '../../../src/checkpoint/dumps/spec-dump.ts';
import { parseSpecDump } from '../../../src/checkpoint/dumps/spec-dump.ts';
import type { BundleConfig } from '../../../src/runtime/bundle/config.ts';
import { standInsFor } from '../../../src/runtime/bundle/mounts.ts';
import { recordedConfig } from '../../helpers/bundles.ts';
import { loadArchive } from '../../helpers/checkpoint-files.ts';
import type { FixtureName } from '../../helpers/fixtures.ts';
import { fixturePath } from '../../helpers/fixtures.ts';
import { throwsCode } from '../../helpers/throws.ts';

const bind = (...paths: readonly string[]): SpecDump => ({
  mounts: paths.map((destination) => ({ destination, type: 'bind' })),
});
const config = (...paths: readonly string[]): BundleConfig => ({ root: { path: 'rootfs' }, ...bind(...paths) });

const destinations = async (archive: FixtureName, bundle: 'containerd-2.3/container' | 'cri-o-1.37/container') => {
  const spec = parseSpecDump((await (await loadArchive(fixturePath(archive))).read('spec.dump')) ?? Buffer.of());
  return standInsFor(spec, recordedConfig(bundle)).map(({ destination }) => destination);
};

test('a checkpoint of the same engine needs no stand-in', async (t) => {
  t.deepEqual(await destinations('containerd/web', 'containerd-2.3/container'), []);
  t.deepEqual(await destinations('crio-1.37/web', 'cri-o-1.37/container'), []);
});

test("CRI-O's /run/.containerenv is stood in for under containerd, and nothing of containerd's under CRI-O", async (t) => {
  t.deepEqual(await destinations('crio-1.37/web', 'containerd-2.3/container'), ['/run/.containerenv']);
  t.deepEqual(await destinations('containerd/web', 'cri-o-1.37/container'), []);
});

test('what engines mount on their own account is stood in for, each in its kind', (t) => {
  const spec = bind('/run/secrets', '/etc/passwd', '/etc/group', '/run/.containerenv');
  t.deepEqual(
    standInsFor(spec, config()).map(({ destination, kind }) => `${destination}: ${kind}`),
    [
      '/run/secrets: empty folder',
      '/etc/passwd: copy from the root',
      '/etc/group: copy from the root',
      '/run/.containerenv: empty file',
    ],
  );
  t.deepEqual(standInsFor(spec, config('/run/secrets', '/etc/passwd', '/etc/group', '/run/.containerenv')), []);
});

test('every mount that the pod lacks is named with its path', async (t) => {
  const error = await throwsCode(t, 'MOUNT_MISSING', () =>
    standInsFor(bind('/data', '/etc/hosts', '/cache'), config('/etc/hosts')),
  );
  t.true(error?.message.includes('when it was frozen: /data, /cache.'));
  t.deepEqual(error?.facts['paths'], ['/data', '/cache']);
});

test('a mount that is no bind mount in the pod does not count', async (t) => {
  const tmpfs = { root: { path: 'r' }, mounts: [{ destination: '/data', type: 'tmpfs', source: 'tmpfs' }] };
  await throwsCode(t, 'MOUNT_MISSING', () => standInsFor(bind('/data'), tmpfs));
});

test('a bind mount is one by its type or by an option, and a path one however it is written', (t) => {
  const spec = { mounts: [{ destination: '/data/', options: ['rbind'] }] };
  t.deepEqual(standInsFor(spec, { root: { path: 'r' }, mounts: [{ destination: '//data', options: ['bind'] }] }), []);
});

test('the mount of an earlier restore is not missed', (t) => {
  t.deepEqual(standInsFor(bind('/.thaw/checkpoint'), config()), []);
});

test('a thousand paths and a hostile one do not make an endless message', async (t) => {
  const paths = ['/\u001b[2J', ...Array.from({ length: 1000 }, (_, index) => `/${'x'.repeat(150)}${index}`)];
  const error = await throwsCode(t, 'MOUNT_MISSING', () => standInsFor(bind(...paths), config()));
  t.true((error?.message.length ?? 0) < 5000);
  t.false(error?.message.includes('\u001b'));
  t.regex(error?.message ?? '', /and 981 more/);
});
