import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { collectGarbage } from '../../../../src/registry/storage/gc/collect.ts';
import { distributionsServing } from '../../../../src/registry/storage/gc/distribution.ts';
import { openStore } from '../../../../src/registry/storage/store.ts';
import { verifyStore } from '../../../../src/registry/storage/verify/verify.ts';
import { startDistribution } from '../../../helpers/distribution.ts';
import { temporaryFolder } from '../../../helpers/fixtures.ts';
import { peerTest } from '../../../helpers/peer.ts';
import { memorySource, openClient } from '../../../helpers/registry-client.ts';
import { age, NAMES, storeImage } from '../../../helpers/stored-images.ts';
import { throwsCode } from '../../../helpers/throws.ts';

const HOUR = 3_600_000;

peerTest(['docker-registry'], 'a folder that Distribution serves is not swept, though it looks idle', async (t) => {
  const root = await temporaryFolder(t);
  const store = await openStore(root);
  await storeImage(store, { layers: ['garbage'] });
  await age(root, 2 * HOUR);
  const served = await startDistribution(t, { root });
  const error = await throwsCode(t, 'STORE_IN_USE', () => collectGarbage(store, { grace: HOUR, names: NAMES }));
  t.is(error?.facts['by'], 'distribution');
  t.regex(String(error?.facts['command']), /docker-registry serve/);
  await served.stop();
  t.is((await collectGarbage(store, { grace: HOUR, names: NAMES })).blobs, 3);
});

peerTest(['docker-registry'], 'what Distribution has stored is kept and collected like our own', async (t) => {
  const served = await startDistribution(t);
  const client = await openClient(t, served);
  const layer = await client.putBlob(memorySource(Buffer.alloc(10_000)));
  await client.putBlob(memorySource(Buffer.alloc(20_000)));
  const mediaType = 'application/vnd.oci.image.manifest.v1+json';
  const config = { mediaType: 'application/vnd.oci.image.config.v1+json', digest: layer.digest, size: layer.size };
  const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, config, layers: [] }));
  await client.putManifest({ bytes, mediaType, tag: 'x' });
  await served.stop();
  const store = await openStore(served.root);
  await throwsCode(t, 'STORE_IN_USE', () => collectGarbage(store, { grace: HOUR, names: NAMES }));
  await age(served.root, 2 * HOUR);
  const collected = await collectGarbage(store, { grace: HOUR, names: NAMES, force: true });
  t.like(collected, { blobs: 1, bytes: 20_000 });
  t.deepEqual((await verifyStore(store)).faults, []);
});

/** A /proc of one process, which sees another root than we do. */
async function procOf(
  t: ExecutionContext,
  { args, environ = [], config }: { args: string[]; environ?: string[]; config?: string },
) {
  const folder = await temporaryFolder(t);
  const data = join(folder, 'data');
  const inside = join(folder, 'inside');
  const proc = join(folder, 'proc');
  const process = join(proc, '4711');
  await mkdir(data);
  await mkdir(join(inside, 'var/lib'), { recursive: true });
  await mkdir(join(inside, 'etc'));
  await mkdir(process, { recursive: true });
  await mkdir(join(proc, 'self'));
  await symlink(data, join(inside, 'var/lib/registry'));
  if (config !== undefined) await writeFile(join(inside, 'etc/config.yml'), config);
  await symlink(inside, join(process, 'root'));
  await symlink('/etc', join(process, 'cwd'));
  await writeFile(join(process, 'cmdline'), [...args, ''].join('\0'));
  await writeFile(join(process, 'environ'), environ.join('\0'));
  return { data, proc };
}

const sees = test.macro({
  async exec(t, seen: { args: string[]; environ?: string[]; config?: string }, found: boolean) {
    const { data, proc } = await procOf(t, seen);
    const wanted = found ? [{ pid: 4711, command: seen.args.join(' ') }] : [];
    t.deepEqual(await distributionsServing(data, proc), wanted);
  },
  title: (what = '', _, found) => `${what} ${found ? 'serves the folder' : 'does not serve the folder'}`,
});

const FILESYSTEM = 'storage:\n  filesystem:\n    rootdirectory: /var/lib/registry\n';
const VARIABLE = 'REGISTRY_STORAGE_FILESYSTEM_ROOTDIRECTORY';

test(
  'a container with the folder mounted elsewhere',
  sees,
  { args: ['registry', 'serve', '/etc/config.yml'], config: FILESYSTEM },
  true,
);
test(
  'one whose configuration is named relative to its folder',
  sees,
  { args: ['registry', 'serve', 'config.yml'], config: FILESYSTEM },
  true,
);
test('one without a configuration file', sees, { args: ['/bin/registry', 'serve'] }, true);
test(
  'one whose configuration is no YAML',
  sees,
  { args: ['registry', 'serve', '/etc/config.yml'], config: '\t{' },
  true,
);
test(
  'one that a variable sends there',
  sees,
  {
    args: ['registry', 'serve', '/etc/config.yml'],
    config: 'storage: {filesystem: {rootdirectory: /other}}',
    environ: ['A=1', `${VARIABLE}=/var/lib/registry`],
  },
  true,
);
test(
  'one that a variable sends elsewhere',
  sees,
  { args: ['registry', 'serve', '/etc/config.yml'], config: FILESYSTEM, environ: [`${VARIABLE}=/other`] },
  false,
);
test(
  'one of another folder',
  sees,
  { args: ['registry', 'serve', '/etc/config.yml'], config: 'storage: {filesystem: {rootdirectory: /other}}' },
  false,
);
test(
  'one that collects its own garbage',
  sees,
  { args: ['registry', 'garbage-collect', '/etc/config.yml'], config: FILESYSTEM },
  false,
);
test('another program', sees, { args: ['cat', 'serve', '/etc/config.yml'], config: FILESYSTEM }, false);
