import test from 'ava';
import { describeCheckpoint, warningsOf } from '../../src/checkpoint/describe.ts';
import type { CheckpointMetadata } from '../../src/checkpoint/metadata.ts';
import { type LoadedArchive, loadArchive } from '../helpers/checkpoint-files.ts';
import { criuImage, message } from '../helpers/criu-image.ts';
import { fixturePath, temporaryFolder, unpackCache } from '../helpers/fixtures.ts';
import { member } from '../helpers/members.ts';
import { throwsCode } from '../helpers/throws.ts';
import { FIXTURE_METADATA } from './fixture-metadata.ts';

for (const [name, metadata] of Object.entries(FIXTURE_METADATA)) {
  test(`${name} says who it is, in full`, async (t) => {
    const archive = await loadArchive(fixturePath(name as keyof typeof FIXTURE_METADATA));
    t.deepEqual(await describeCheckpoint(archive), metadata as CheckpointMetadata);
  });
}

test('crio/cache says who it is, in full', async (t) => {
  const archive = await loadArchive(await unpackCache(await temporaryFolder(t)));
  t.deepEqual(await describeCheckpoint(archive), {
    ...FIXTURE_METADATA['crio/web'],
    container: { name: 'cache', id: 'c216b4efd14007fef3b6abc6e41de3b49fd3c2bb64934c1c740162a7e9f6d00d' },
    createdAt: '2026-11-22T07:03:04.784095339Z',
    checkpointedAt: '2026-11-22T07:03:11.259872622Z',
    memory: { pages: 11_882, bytes: 48_668_672, compressed: false },
  });
});

/** An archive with some of its files replaced, added or (with undefined) taken away. */
function changed(archive: LoadedArchive, changes: Record<string, Uint8Array | string | undefined>): LoadedArchive {
  const data = new Map(archive.data);
  for (const [name, content] of Object.entries(changes)) {
    if (content === undefined) data.delete(name);
    else data.set(name, Buffer.from(content));
  }
  const others = archive.members.filter(({ name }) => !(name in changes));
  const added = Object.keys(changes).filter((name) => data.has(name));
  const members = [...others, ...added.map((name) => member(name, { size: data.get(name)?.length ?? 0 }))];
  return { members, data, read: (name) => Promise.resolve(data.get(name)) };
}

function changedJson(archive: LoadedArchive, name: string, change: (dump: never) => unknown): LoadedArchive {
  return changed(archive, { [name]: JSON.stringify(change(JSON.parse(String(archive.data.get(name))) as never)) });
}

type Json = Record<string, unknown>;

const crio = await loadArchive(fixturePath('crio/web'));
const containerd = await loadArchive(fixturePath('containerd/web'));

const MISSING: readonly (readonly [changes: Record<string, undefined>, missing: string[]])[] = [
  [{ 'config.dump': undefined }, ['config.dump']],
  [{ 'spec.dump': undefined }, ['spec.dump']],
  [{ 'checkpoint/inventory.img': undefined }, ['checkpoint/inventory.img']],
  [{ 'checkpoint/pstree.img': undefined }, ['checkpoint/pstree.img']],
  [{ 'checkpoint/core-6.img': undefined }, ['checkpoint/core-6.img']],
  [
    { 'config.dump': undefined, 'spec.dump': undefined, 'checkpoint/inventory.img': undefined },
    ['config.dump', 'spec.dump', 'checkpoint/inventory.img'],
  ],
];

for (const [changes, missing] of MISSING) {
  test(`an archive without ${missing.join(' and ')} is no checkpoint`, async (t) => {
    const error = await throwsCode(t, 'NOT_A_CHECKPOINT', () => describeCheckpoint(changed(crio, changes)));
    t.deepEqual(error?.facts, { missing });
    for (const name of missing) t.true(error?.message.includes(name));
  });
}

test('a folder of the name of a dump is no dump', async (t) => {
  const members = crio.members.map((one) => (one.name === 'config.dump' ? member('config.dump/') : one));
  await throwsCode(t, 'NOT_A_CHECKPOINT', () => describeCheckpoint({ members, read: crio.read }));
});

test('methods of an archive are called on it', async (t) => {
  class Archive {
    readonly members = crio.members;
    readonly #data = crio.data;
    async read(name: string): Promise<Uint8Array | undefined> {
      return this.#data.get(name);
    }
  }
  t.is((await describeCheckpoint(new Archive())).container.name, 'web');
});

test("containerd's archive without status.dump is known by its annotations", async (t) => {
  const { id: _, ...baseImage } = FIXTURE_METADATA['containerd/web'].baseImage;
  t.deepEqual(await describeCheckpoint(changed(containerd, { 'status.dump': undefined })), {
    ...FIXTURE_METADATA['containerd/web'],
    baseImage,
  });
});

test('annotations that should hold JSON and do not are passed over', async (t) => {
  for (const broken of ['{', '[]', 'null', '{"name":7}', '"web"', '{"name":""}']) {
    const archive = changedJson(crio, 'spec.dump', (spec: { annotations: Record<string, string> }) => ({
      ...spec,
      annotations: {
        ...spec.annotations,
        'io.kubernetes.cri-o.Metadata': broken,
        'io.kubernetes.cri-o.ImageRepoDigests': broken,
      },
    }));
    const metadata = await describeCheckpoint(archive);
    t.is(metadata.container.name, 'web');
    t.is(metadata.baseImage.repoDigest, undefined);
  }
});

test('a container that lives in no pod has none', async (t) => {
  const archive = changedJson(crio, 'spec.dump', (spec: { annotations: Record<string, string> }) => ({
    ...spec,
    annotations: { ...spec.annotations, 'io.kubernetes.pod.uid': '' },
  }));
  t.false('pod' in (await describeCheckpoint(archive)));
});

test('a container without a name, or without the name of its image, is refused', async (t) => {
  const annotations = { 'io.container.manager': 'cri-o' };
  const nameless = changedJson(crio, 'spec.dump', (spec: object) => ({ ...spec, annotations }));
  t.is((await throwsCode(t, 'DUMP_INVALID', () => describeCheckpoint(nameless)))?.facts['file'], 'spec.dump');
  const imageless = changedJson(
    containerd,
    'config.dump',
    ({ rootfsImage: _, rootfsImageName: __, ...rest }: Json) => rest,
  );
  t.is((await throwsCode(t, 'DUMP_INVALID', () => describeCheckpoint(imageless)))?.facts['file'], 'config.dump');
});

test('without a time of the checkpoint the newest member tells it, however absurd the others are', async (t) => {
  const archive = changedJson(crio, 'config.dump', ({ checkpointedTime: _, createdTime: __, ...rest }: Json) => rest);
  const times = [Date.UTC(2026, 0, 2), Date.UTC(2026, 0, 3), Number.NaN, 1e18, -5];
  const members = archive.members.map((one, index) => ({ ...one, mtime: times[index % times.length] ?? 0 }));
  const metadata = await describeCheckpoint({ members, read: archive.read });
  t.is(metadata.checkpointedAt, '2026-01-03T00:00:00.000Z');
  t.false('createdAt' in metadata);
});

function pagemap(pagesId: number, ...entry: readonly (readonly [number, number])[]): Buffer {
  return criuImage('pagemap', message([1, pagesId]), message([1, 4096], ...entry));
}

test('memory that processes share counts as well', async (t) => {
  const image = pagemap(9, [2, 5], [4, 4]);
  const archive = changed(crio, {
    'checkpoint/pagemap-shmem-3.img': image,
    'checkpoint/pages-9.img': Buffer.alloc(5 * 4096),
  });
  t.deepEqual((await describeCheckpoint(archive)).memory, { pages: 38, bytes: 38 * 4096, compressed: false });
});

const PAGEMAPS = { 'checkpoint/pagemap-100.img': undefined, 'checkpoint/pagemap-6.img': undefined };

for (const size of [4_096, 16_384, 65_536]) {
  test(`pages of ${size} bytes are known by the size of their image`, async (t) => {
    const pages = {
      'checkpoint/pagemap-6.img': pagemap(1, [2, 2], [4, 4]),
      'checkpoint/pages-1.img': Buffer.alloc(2 * size),
    };
    const { memory } = await describeCheckpoint(changed(crio, { ...PAGEMAPS, ...pages }));
    t.deepEqual(memory, { pages: 2, bytes: 2 * size, compressed: false });
  });
}

test('compressed pages are accepted, and said', async (t) => {
  const pages = {
    'checkpoint/pagemap-6.img': pagemap(1, [2, 4], [4, 4], [6, 65536]),
    'checkpoint/pages-1.img': Buffer.alloc(65_536),
  };
  const metadata = await describeCheckpoint(changed(crio, { ...PAGEMAPS, ...pages }));
  t.deepEqual(metadata.memory, { pages: 4, bytes: 4 * 4096, compressed: true });
  t.deepEqual(
    warningsOf(metadata).map(({ code, facts }) => ({ code, facts })),
    [{ code: 'PAGES_COMPRESSED', facts: { pages: 4 } }],
  );
});

test('images that an earlier checkpoint of the container left are not of this one', async (t) => {
  const { data } = await loadArchive(fixturePath('podman/counter.gz'));
  const pagemaps = ['1', '16', '17'].map((pid) => data.has(`checkpoint/pagemap-${pid}.img`));
  t.deepEqual(pagemaps, [true, true, true], 'the archive has three pagemaps for two processes');
  const left = { 'checkpoint/pagemap-shmem-3.img': pagemap(2, [2, 5], [4, 4]) };
  t.is((await describeCheckpoint(changed(crio, left))).memory.pages, 33);
});

test('a process that has ended has no memory', async (t) => {
  const archive = changed(crio, { 'checkpoint/pagemap-100.img': undefined });
  t.is((await describeCheckpoint(archive)).memory.pages, 18);
});

test('nothing is said of an ordinary checkpoint', async (t) => {
  t.deepEqual(warningsOf(await describeCheckpoint(crio)), []);
});

test('open TCP sockets are counted', async (t) => {
  const listening = message([1, 4], [4, message([5, 6], [6, 10])]);
  const archive = changed(crio, { 'checkpoint/files.img': criuImage('files', listening) });
  t.deepEqual((await describeCheckpoint(archive)).tcp, { listening: 1, connected: 0 });
});

test('an archive without files.img has no open sockets', async (t) => {
  const archive = changed(crio, { 'checkpoint/files.img': undefined });
  t.deepEqual((await describeCheckpoint(archive)).tcp, { listening: 0, connected: 0 });
});

for (const name of ['inventory', 'pstree', 'core-6', 'pagemap-6', 'files']) {
  test(`an empty ${name}.img is refused by its name`, async (t) => {
    const archive = changed(crio, { [`checkpoint/${name}.img`]: '' });
    const error = await throwsCode(t, 'CRIU_IMAGE_INVALID', () => describeCheckpoint(archive));
    t.is(error?.facts['image'], `checkpoint/${name}.img`);
  });
}
