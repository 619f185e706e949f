import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { execa } from 'execa';
import { digestOf } from '../../src/oci/digest.ts';
import { MANIFEST } from '../../src/oci/media-types.ts';
import { call } from '../helpers/call.ts';
import { spoiltByPowerCut } from '../helpers/durability.ts';
import { fixturePath, temporaryFolder } from '../helpers/fixtures.ts';
import { peerTest } from '../helpers/peer.ts';
import { EMPTY, imageManifest } from '../helpers/pushes.ts';
import { startServeProcess } from '../helpers/serve-process.ts';
import { type SystemCall, straceTo, systemCalls } from '../helpers/system-calls.ts';
import { CLI } from '../helpers/thaw.ts';

// kill -9 takes nothing that a process has written; a power cut takes what was not synced. What would be left after one
// is read from the order of the system calls.

const LAYER = Buffer.alloc(3_000_000, 'layer');
const IMAGE = imageManifest([LAYER]);

const WITHOUT_SYNC = new URL('../helpers/without-sync.ts', import.meta.url).pathname;

/** Loses the syncs whose path matches. */
function without(pattern: RegExp): Record<string, string> {
  return { NODE_OPTIONS: `--import=${WITHOUT_SYNC}`, THAW_TEST_WITHOUT_SYNC: pattern.source };
}

/** Pushes an image with its layer in two chunks, its config at once, and a tag; gives the server's system calls. */
async function tracePush(t: ExecutionContext, root: string, env = {}): Promise<SystemCall[]> {
  const trace = join(await temporaryFolder(t), 'trace');
  const { url, end } = await startServeProcess(t, root, { under: straceTo(trace), env });
  const { headers } = await call(url, { send: 'POST /v2/a/b/blobs/uploads/' });
  const session = headers.location;
  await call(url, { send: `PATCH ${session}`, body: LAYER.subarray(0, 2_000_000) });
  const rest = LAYER.subarray(2_000_000);
  const statuses = [
    await call(url, { send: `PUT ${session}?digest=${digestOf(LAYER)}`, body: rest }),
    await call(url, { send: `POST /v2/a/b/blobs/uploads/?digest=${digestOf(EMPTY)}`, body: EMPTY }),
    await call(url, { send: 'PUT /v2/a/b/manifests/one', headers: { 'Content-Type': MANIFEST }, body: IMAGE }),
  ].map(({ status }) => status);
  t.deepEqual(statuses, [201, 201, 201]);
  await end('SIGTERM');
  return systemCalls(trace);
}

/** Converts an archive straight into the data folder; gives the system calls. */
async function traceConvert(t: ExecutionContext, root: string, env = {}): Promise<SystemCall[]> {
  const trace = join(await temporaryFolder(t), 'trace');
  const [strace = '', ...options] = straceTo(trace);
  const command = [process.execPath, CLI, 'convert', fixturePath('crio/counter'), '--root', root];
  await execa(strace, [...options, ...command], { env });
  return systemCalls(trace);
}

/** Files that were put where readers look, by the last parts of their names. */
function putBelow(calls: readonly SystemCall[], root: string): string[] {
  const targets = calls.flatMap(({ target }) => (target?.startsWith(`${root}/docker/`) ? [target] : []));
  return targets.map((target) => /(?:blobs|_layers|revisions|index|current)(?=\/)/.exec(target)?.[0] ?? target);
}

/** What is said when a sync of a path, all of that path, is taken from a trace. */
function missing(calls: readonly SystemCall[], root: string): { path: string; faults: string[] }[] {
  const synced = calls.filter(({ kind, path }) => kind === 'sync' && !path.endsWith('/thaw'));
  return [...new Set(synced.map(({ path }) => path))]
    .filter((path) => path.startsWith(root))
    .map((path) => ({
      path: path.slice(root.length),
      faults: spoiltByPowerCut(
        calls.filter((call) => call.kind !== 'sync' || call.path !== path),
        { root },
      ),
    }));
}

const BLOB = ['blobs', '_layers'];
const TAGGED = ['blobs', 'revisions', 'index', 'current'];

peerTest(
  ['strace'],
  'a push syncs data, renames it, syncs the folder, links it, and only then answers 201',
  async (t) => {
    const root = join(await temporaryFolder(t), 'root');
    const calls = await tracePush(t, root);
    t.deepEqual(spoiltByPowerCut(calls, { root }), []);
    t.deepEqual(putBelow(calls, root), [...BLOB, ...BLOB, ...TAGGED]);
    t.is(calls.filter(({ status }) => status === 201).length, 3);

    const missed = missing(calls, root);
    t.true(missed.length > 20);
    for (const { path, faults } of missed) t.not(faults.length, 0, `the sync of ${path} is needed by nothing`);
  },
);

peerTest(['strace'], 'a conversion into the data folder keeps the same order', async (t) => {
  const root = join(await temporaryFolder(t), 'root');
  const calls = await traceConvert(t, root);
  t.deepEqual(spoiltByPowerCut(calls, { root }), []);
  t.deepEqual(putBelow(calls, root).slice(-6), [...BLOB, ...TAGGED]);
  for (const { path, faults } of missing(calls, root))
    t.not(faults.length, 0, `the sync of ${path} is needed by nothing`);
});

peerTest(['strace'], 'folders that a killed process has left are not taken for lasting', async (t) => {
  const root = join(await temporaryFolder(t), 'root');
  const hex = digestOf(LAYER).slice('sha256:'.length);
  await mkdir(join(root, 'docker/registry/v2/blobs/sha256', hex.slice(0, 2), hex), { recursive: true });
  await mkdir(join(root, 'docker/registry/v2/repositories/a/b/_layers/sha256', hex), { recursive: true });
  const calls = await tracePush(t, root);
  t.deepEqual(spoiltByPowerCut(calls, { root, unsure: true }), []);
  t.true(calls.some(({ kind, path }) => kind === 'sync' && path === dirname(root)));
});

for (const [what, pattern, fault, trace] of [
  ['of an upload', /\/_uploads\//, /blobs\/.*data was put in place before its data was synced/, tracePush],
  ['of a manifest and its links', /\/thaw\/tmp\//, /current\/link was put in place before its data/, tracePush],
  ['of the folders of blobs', /\/blobs\/sha256\/\w+\/\w+$/, /link was put in place before .*data was there/, tracePush],
  ['of the folder of a tag', /\/current$/, /current\/link was answered for before/, tracePush],
  [
    'of the folders of blobs',
    /\/blobs\/sha256\/\w+\/\w+$/,
    /link was put in place before .*data was there/,
    traceConvert,
  ],
] as const) {
  const whose = trace === tracePush ? 'a push' : 'a conversion';
  peerTest(['strace'], `${whose} without the sync ${what} is seen through`, async (t) => {
    const root = join(await temporaryFolder(t), 'root');
    t.regex(spoiltByPowerCut(await trace(t, root, without(pattern)), { root }).join('\n'), fault);
  });
}
