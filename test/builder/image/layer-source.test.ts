import { once } from 'node:events';
import { gunzipSync, gzipSync, zstdDecompressSync } from 'node:zlib';
import test from 'ava';
import fc from 'fast-check';
import { Parser } from 'tar';
import type { Archive } from '../../../src/builder/archive/archive.ts';
import { planLayers } from '../../../src/builder/image/layer-plan.ts';
import { fileLayer, type Layer, plannedLayer } from '../../../src/builder/image/layer-source.ts';
import { digestOf } from '../../../src/oci/digest.ts';
import type { Compression } from '../../../src/oci/media-types.ts';
import { collect } from '../../helpers/collect.ts';
import { archiveOf, type Entry, makeArchive } from '../../helpers/made-archive.ts';

const LIMITS = { largeMember: 2000, mostLayers: 4 };
const noise = (length: number): Buffer => Buffer.from(Array.from({ length }, (_, index) => (index * index) % 251));

/** The orders in which engines write their members. */
const ORDERS: Readonly<Record<string, readonly Entry[]>> = {
  'CRI-O': [
    { name: 'stats-dump', data: noise(47) },
    { name: 'dump.log', data: noise(3000) },
    { name: 'checkpoint/', mode: 0o600 },
    { name: 'checkpoint/core-1.img', data: noise(100) },
    { name: 'checkpoint/pages-1.img', data: noise(20_000) },
    { name: 'checkpoint/pstree.img', data: noise(36) },
    { name: 'config.dump', data: noise(512) },
    { name: 'spec.dump', data: noise(1024) },
    { name: 'rootfs-diff.tar', data: noise(2048) },
    { name: 'io.kubernetes.cri-o.LogPath', data: noise(0) },
  ],
  containerd: [
    { name: 'checkpoint/', mode: 0o700 },
    { name: 'checkpoint/pages-1.img', data: noise(9000) },
    { name: 'checkpoint/pages-2.img', data: noise(8000) },
    { name: 'config.dump', data: noise(300) },
    { name: 'status.dump', data: noise(5000) },
  ],
  Podman: [
    { name: 'artifacts/', mode: 0o755 },
    { name: 'devshm-checkpoint.tar', data: noise(1536) },
    { name: 'config.dump', data: noise(23_528) },
    { name: 'checkpoint/', mode: 0o600 },
    { name: 'checkpoint/core-1.img', data: noise(700) },
    { name: 'checkpoint/pages-1.img', data: noise(77_824) },
    { name: 'rootfs-diff.tar', data: noise(4096) },
  ],
};

const layersOf = (archive: Archive, compression: Compression, plan: 'single' | 'split' = 'split'): Layer[] =>
  planLayers(archive.members, archive.size, plan, LIMITS).map((each) => plannedLayer(archive, each, { compression }));

const plain = { none: (bytes: Buffer) => bytes, gzip: gunzipSync, zstd: zstdDecompressSync };

/** What an image's reader does, in its plainest form. */
async function rebuilt(layers: readonly Layer[], size: number): Promise<Buffer> {
  const archive = Buffer.alloc(size, 0xee);
  for (const { segments, compression, source } of layers) {
    const bytes = plain[compression](await collect(source.open(0)));
    let at = 0;
    for (const segment of segments) {
      if (segment.kind === 'archive') bytes.copy(archive, segment.offset, at, at + segment.length);
      at += segment.length;
    }
  }
  return archive;
}

const givesBack = test.macro<[keyof typeof ORDERS, 'single' | 'split', Compression]>({
  exec: async (t, engine, plan, compression) => {
    const made = makeArchive(ORDERS[engine] ?? []);
    const layers = layersOf(archiveOf(made), compression, plan);
    t.true(plan === 'single' ? layers.length === 1 : layers.length > 2);
    t.deepEqual(await rebuilt(layers, made.bytes.length), made.bytes);
  },
  title: (_, engine, plan, compression) => `${plan} ${compression} layers of an archive of ${engine} give it back`,
});
for (const engine of Object.keys(ORDERS)) {
  for (const plan of ['single', 'split'] as const) {
    for (const compression of ['none', 'gzip', 'zstd'] as const) test(givesBack, engine, plan, compression);
  }
}

test('layers of any archive give it back', async (t) => {
  const name = fc.constantFrom('', 'checkpoint/');
  const entry = fc.tuple(name, fc.uint8Array({ maxLength: 5000 }));
  const compression = fc.constantFrom<Compression>('none', 'gzip', 'zstd');
  await fc.assert(
    fc.asyncProperty(fc.array(entry, { maxLength: 12 }), fc.nat(11), compression, async (files, folderAt, how) => {
      const entries: Entry[] = files.map(([folder, data], index) => ({ name: `${folder}f${index}`, data }));
      const made = makeArchive(entries.toSpliced(folderAt, 0, { name: 'checkpoint/' }));
      t.deepEqual(await rebuilt(layersOf(archiveOf(made), how), made.bytes.length), made.bytes);
    }),
  );
});

test('each layer of a split archive is a tar archive with the folder’s own mode in front of its files', async (t) => {
  const layers = layersOf(archiveOf(makeArchive(ORDERS['containerd'] ?? [])), 'none');
  const seen: string[][] = [];
  for (const { source } of layers) seen.push(await namesIn(await collect(source.open(0))));
  t.deepEqual(seen, [
    ['checkpoint/ 700', 'config.dump 600'],
    ['checkpoint/ 700', 'checkpoint/pages-1.img 600'],
    ['checkpoint/ 700', 'checkpoint/pages-2.img 600'],
    ['status.dump 600'],
  ]);
});

async function namesIn(bytes: Buffer): Promise<string[]> {
  const names: string[] = [];
  const parser = new Parser({
    strict: true,
    onReadEntry: (entry) => {
      names.push(`${entry.path} ${entry.mode?.toString(8)}`);
      entry.resume();
    },
  });
  const ended = once(parser, 'end');
  parser.end(bytes);
  await ended;
  return names;
}

const opensAnywhere = test.macro<[Compression]>({
  exec: async (t, compression) => {
    for (const { source } of layersOf(archiveOf(makeArchive(ORDERS['CRI-O'] ?? []), { chunk: 700 }), compression)) {
      const bytes = await collect(source.open(0));
      if (compression === 'none') t.is(source.size, bytes.length);
      for (const offset of [1, 511, 512, 513, 1024, 2000, bytes.length - 1, bytes.length]) {
        t.deepEqual(await collect(source.open(offset)), bytes.subarray(offset));
      }
    }
  },
  title: (_, compression) => `a layer (${compression}) opens at any offset`,
});
test(opensAnywhere, 'none');
test(opensAnywhere, 'gzip');
test(opensAnywhere, 'zstd');

const sameBytes = test.macro<[Compression]>({
  exec: async (t, compression) => {
    const made = makeArchive([{ name: 'pages', data: Buffer.concat([noise(700_000), Buffer.alloc(300_000)]) }]);
    const blobs = [1 << 20, 65_536, 4096, 1000].map(async (chunk) => {
      const [layer] = layersOf(archiveOf(made, { chunk }), compression);
      return layer === undefined ? '' : digestOf(await collect(layer.source.open(0)));
    });
    t.is(new Set(await Promise.all(blobs)).size, 1);
  },
  title: (_, compression) => `${compression} gives the same bytes however the archive is read`,
});
test(sameBytes, 'gzip');
test(sameBytes, 'zstd');

test('gzip layers carry no time and no name', async (t) => {
  const [layer] = layersOf(archiveOf(makeArchive(ORDERS['CRI-O'] ?? [])), 'gzip');
  const head = (await collect(layer?.source.open(0) ?? [])).subarray(0, 10);
  t.is(head.readUInt32LE(4), 0);
  t.is(head[3], 0);
});

test('the diff ID is the digest of the uncompressed layer', async (t) => {
  const archive = archiveOf(makeArchive(ORDERS['Podman'] ?? []));
  for (const compression of ['none', 'gzip', 'zstd'] as const) {
    for (const layer of layersOf(archive, compression)) {
      const blob = await collect(layer.source.open(0));
      t.is(layer.diffId(digestOf(blob)), digestOf(plain[compression](blob)));
    }
  }
});

test('the diff ID of a compressed layer is not known before the layer was read', (t) => {
  const [layer] = layersOf(archiveOf(makeArchive([])), 'gzip');
  t.throws(() => layer?.diffId(digestOf('')), { code: 'INTERNAL' });
});

test('a compressed archive is a layer as it is', async (t) => {
  const { bytes, members } = makeArchive(ORDERS['Podman'] ?? []);
  const file = gzipSync(bytes);
  const asIs = { digest: digestOf(file), diffId: digestOf(bytes) };
  const archive = archiveOf({ bytes: file, members }, { size: bytes.length, compression: 'gzip', asIs, chunk: 100 });
  const read: number[] = [];
  const layer = fileLayer(archive, { onBytes: (count) => read.push(count) });
  t.deepEqual(await collect(layer?.source.open(0) ?? []), file);
  t.deepEqual(await collect(layer?.source.open(70) ?? []), file.subarray(70));
  t.deepEqual(layer?.segments, [{ kind: 'archive', offset: 0, length: bytes.length }]);
  t.like(layer, { compression: 'gzip', source: { size: file.length, digest: asIs.digest } });
  t.is(layer?.diffId(asIs.digest), asIs.diffId);
  t.is(read.at(-1), bytes.length);
});

test('an archive whose file cannot be a layer as it is gives none', (t) => {
  t.is(fileLayer(archiveOf(makeArchive([])), {}), undefined);
});

test('bytes count what was read of the archive, without what was inserted', async (t) => {
  const made = makeArchive(ORDERS['containerd'] ?? []);
  const read: number[] = [];
  const archive = archiveOf(made);
  for (const [index, plan] of planLayers(made.members, archive.size, 'split', LIMITS).entries()) {
    const layer = plannedLayer(archive, plan, { compression: 'none', onBytes: (bytes) => (read[index] = bytes) });
    await collect(layer.source.open(0));
  }
  t.is(
    read.reduce((sum, each) => sum + each, 0),
    archive.size,
  );
});

const stops = test.macro<[Compression]>({
  exec: async (t, compression) => {
    let open = 0;
    const made = makeArchive([{ name: 'pages', data: noise(500_000) }]);
    const archive = archiveOf(made, {
      async *bytes(start, end) {
        open += 1;
        try {
          for (let at = start; at < end; at += 4096) yield made.bytes.subarray(at, Math.min(end, at + 4096));
        } finally {
          open -= 1;
        }
      },
    });
    const [layer] = layersOf(archive, compression);
    for await (const chunk of layer?.source.open(0) ?? []) if (chunk.length > 0) break;
    await new Promise((resolve) => setImmediate(resolve));
    t.is(open, 0);
  },
  title: (_, compression) => `whoever stops reading a layer (${compression}) stops the reading of the archive`,
});
test(stops, 'none');
test(stops, 'gzip');
test(stops, 'zstd');

const fails = test.macro<[Compression]>({
  exec: async (t, compression) => {
    const archive = archiveOf(makeArchive([{ name: 'pages', data: noise(5000) }]), {
      async *bytes() {
        yield Buffer.alloc(512);
        throw new Error('the disk is gone');
      },
    });
    const [layer] = layersOf(archive, compression);
    await t.throwsAsync(collect(layer?.source.open(0) ?? []), { message: 'the disk is gone' });
  },
  title: (_, compression) => `an error of the archive is the error of the layer (${compression})`,
});
test(fails, 'none');
test(fails, 'gzip');
test(fails, 'zstd');
