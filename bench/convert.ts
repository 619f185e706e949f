import { execFileSync } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { digestOf } from '../src/oci/digest.ts';
import { CONFIG, LAYER, MANIFEST } from '../src/oci/media-types.ts';
import { which } from '../test/helpers/which.ts';
import { buildArchive } from './lib/archive.ts';
import { type Registry, startThawRegistry } from './lib/registry.ts';
import { median, type Run, run, runAll } from './lib/run.ts';
import { machine, table } from './lib/table.ts';

// One archive into an image, side by side in one run: openssl's hash of it (the limit of one core), ours into the data
// folder and over HTTP to a registry in another process, the design document's buildah way, and skopeo with the same
// bytes. node bench/convert.ts [--smoke] [--rounds N] [MiB...]

const THAW = [process.execPath, new URL('../dist/cli.js', import.meta.url).pathname];

interface Case {
  readonly name: string;
  readonly peers: readonly string[];
  readonly measure: (archive: string, registry: Registry, folder: string) => Promise<Run>;
}

const CASES: readonly Case[] = [
  {
    name: 'openssl dgst -sha256',
    peers: ['openssl'],
    measure: (archive) => run(['openssl', 'dgst', '-sha256', archive]),
  },
  {
    name: 'thaw, single, data folder',
    peers: [],
    measure: (archive, _, folder) => toFolder(archive, folder, 'single'),
  },
  { name: 'thaw, split, data folder', peers: [], measure: (archive, _, folder) => toFolder(archive, folder, 'split') },
  { name: 'thaw, single, HTTP', peers: [], measure: (archive, registry) => overHttp(archive, registry, 'single') },
  { name: 'thaw, split, HTTP', peers: [], measure: (archive, registry) => overHttp(archive, registry, 'split') },
  { name: 'skopeo copy of the same bytes', peers: ['skopeo'], measure: skopeo },
  { name: "buildah, the document's way", peers: ['buildah'], measure: buildah },
];

async function toFolder(archive: string, folder: string, layers: string): Promise<Run> {
  const root = join(folder, 'data');
  const one = await run([...THAW, 'convert', archive, '--quiet', '--layers', layers, '--root', root]);
  await rm(root, { recursive: true });
  return one;
}

function overHttp(archive: string, registry: Registry, layers: string): Promise<Run> {
  return run([...THAW, 'convert', archive, '--quiet', '--layers', layers, '--to', `${registry.address}/checkpoints`]);
}

async function skopeo(archive: string, registry: Registry, folder: string): Promise<Run> {
  const layout = join(folder, 'layout');
  await writeLayout(layout, archive);
  const to = `docker://${registry.address}/skopeo:bench`;
  const one = await run(['skopeo', 'copy', '--insecure-policy', '--dest-tls-verify=false', `oci:${layout}:bench`, to]);
  await rm(layout, { recursive: true });
  return one;
}

async function buildah(archive: string, registry: Registry, folder: string): Promise<Run> {
  const image = 'localhost/checkpoints:bench';
  const storage = [
    '--root',
    join(folder, 'buildah'),
    '--runroot',
    join(folder, 'buildah-run'),
    '--storage-driver',
    'vfs',
  ];
  const policy = join(folder, 'policy.json');
  await writeFile(policy, JSON.stringify({ default: [{ type: 'insecureAcceptAnything' }] }));
  const push = [
    'push',
    '--signature-policy',
    policy,
    '--tls-verify=false',
    image,
    `docker://${registry.address}/buildah:bench`,
  ];
  const one = await runAll(
    [
      ['buildah', ...storage, 'from', '--name', 'bench', 'scratch'],
      ['buildah', ...storage, 'add', 'bench', archive, '/checkpoint.tar'],
      ['buildah', ...storage, 'commit', '--signature-policy', policy, 'bench', image],
      ['buildah', ...storage, ...push],
    ],
    { env: { BUILDAH_ISOLATION: 'chroot' } },
  );
  await run(['buildah', ...storage, 'rm', 'bench']);
  await run(['buildah', ...storage, 'rmi', image]);
  for (const name of ['buildah', 'buildah-run']) await rm(join(folder, name), { recursive: true, force: true });
  return one;
}

/** An OCI layout whose one layer is the archive, so that skopeo moves the same bytes. */
async function writeLayout(layout: string, archive: string): Promise<void> {
  const blobs = join(layout, 'blobs/sha256');
  await mkdir(blobs, { recursive: true });
  const hex = execFileSync('openssl', ['dgst', '-sha256', '-r', archive], { encoding: 'utf8' }).slice(0, 64);
  await copyFile(archive, join(blobs, hex));
  const put = async (mediaType: string, value: unknown) => {
    const bytes = Buffer.from(JSON.stringify(value));
    const digest = digestOf(bytes);
    await writeFile(join(blobs, digest.slice(7)), bytes);
    return { mediaType, digest, size: bytes.length };
  };
  const diffIds = [`sha256:${hex}`];
  const config = await put(CONFIG, {
    architecture: 'amd64',
    os: 'linux',
    rootfs: { type: 'layers', diff_ids: diffIds },
  });
  const layer = { mediaType: LAYER.none, digest: diffIds[0], size: (await stat(archive)).size };
  const manifest = await put(MANIFEST, { schemaVersion: 2, mediaType: MANIFEST, config, layers: [layer] });
  const named = { ...manifest, annotations: { 'org.opencontainers.image.ref.name': 'bench' } };
  await writeFile(join(layout, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  await writeFile(join(layout, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests: [named] }));
}

/** One round of one case against a fresh registry, so that nothing is there already. */
async function once(one: Case, archive: string, folder: string): Promise<{ run: Run; registryPeak: number }> {
  const registry = await startThawRegistry(THAW, folder);
  try {
    const result = await one.measure(archive, registry, folder);
    return { run: result, registryPeak: registry.peak() };
  } finally {
    await registry.stop();
  }
}

async function measureSize(mebibytes: number, rounds: number, folder: string): Promise<string> {
  const archive = join(folder, `bench-${mebibytes}.tar`);
  await buildArchive(archive, mebibytes);
  const cases = CASES.filter((one) => one.peers.every((peer) => which(peer) !== undefined));
  const seen = new Map<string, { runs: Run[]; registryPeak: number }>();
  for (let round = 0; round < rounds; round++) {
    for (const one of cases) {
      const { run: result, registryPeak } = await once(one, archive, folder);
      const entry = seen.get(one.name) ?? { runs: [], registryPeak: 0 };
      entry.runs.push(result);
      seen.set(one.name, { runs: entry.runs, registryPeak: Math.max(entry.registryPeak, registryPeak) });
    }
  }
  await rm(archive);
  return report(mebibytes, cases, seen);
}

function report(
  mebibytes: number,
  cases: readonly Case[],
  seen: Map<string, { runs: Run[]; registryPeak: number }>,
): string {
  const middle = (name: string) => median(seen.get(name)?.runs ?? []);
  const base = middle('openssl dgst -sha256').seconds;
  const rows = cases.map(({ name }) => {
    const { seconds, peak } = middle(name);
    const registryPeak = /HTTP|skopeo|buildah/.test(name) ? `${Math.round(seen.get(name)?.registryPeak ?? 0)}` : '';
    return [
      name,
      seconds.toFixed(2),
      (mebibytes / 1024 / seconds).toFixed(2),
      `${(seconds / base).toFixed(2)} x`,
      `${Math.round(peak)}`,
      registryPeak,
    ];
  });
  const head = [`${mebibytes} MiB`, 'seconds', 'GiB/s', 'to openssl', 'peak MiB', 'registry peak MiB'];
  return table(head, rows);
}

const args = process.argv.slice(2);
const smoke = args.includes('--smoke');
const roundsAt = args.indexOf('--rounds');
const rounds = roundsAt >= 0 ? Number(args[roundsAt + 1]) : smoke ? 1 : 3;
const named = args.filter((arg, at) => /^\d+$/.test(arg) && at !== roundsAt + 1).map(Number);
const sizes = named.length > 0 ? named : smoke ? [8] : [64, 1024, 4096];
const folder = await mkdtemp(join(tmpdir(), 'thaw-bench-'));
try {
  console.log(`${machine()}; the middle of ${rounds} rounds, taken by turns\n`);
  for (const mebibytes of sizes) console.log(`${await measureSize(mebibytes, rounds, folder)}\n`);
} finally {
  await rm(folder, { recursive: true, force: true });
}
