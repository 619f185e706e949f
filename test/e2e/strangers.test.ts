import { createReadStream } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { execa } from 'execa';
import shajs from 'sha.js';
import { tagFor } from '../../src/builder/tag.ts';
import { digestOf } from '../../src/oci/digest.ts';
import { CONFIG, LAYER, MANIFEST } from '../../src/oci/media-types.ts';
import { startRegistry } from '../../src/registry/server/serve.ts';
import { startDistribution } from '../helpers/distribution.ts';
import { fixturePath, temporaryFolder, unpackCache } from '../helpers/fixtures.ts';
import { peerTest } from '../helpers/peer.ts';
import { privateStorage } from '../helpers/storage.ts';
import { thawOk } from '../helpers/thaw.ts';

// What programs that have never heard of thaw make of its images.

const REGISTRIES = {
  'the embedded registry': async (t: ExecutionContext) => {
    const registry = await startRegistry({ root: await temporaryFolder(t) });
    t.teardown(() => registry.close({ graceMs: 0 }));
    return new URL(registry.url).host;
  },
  'CNCF Distribution': async (t: ExecutionContext) => new URL((await startDistribution(t)).url).host,
} as const;

/** Converts an archive into a repository and gives the printed reference. */
async function pushed(address: string, archive: string, ...options: string[]): Promise<string> {
  return (await thawOk(['convert', archive, '--quiet', '--to', `${address}/checkpoints`, ...options])).trim();
}

for (const [registry, start] of Object.entries(REGISTRIES)) {
  const peers = registry === 'CNCF Distribution' ? ['skopeo', 'docker-registry'] : ['skopeo'];

  peerTest(peers, `skopeo inspects and copies an image of every plan from ${registry}`, async (t) => {
    const address = await start(t);
    const folder = await temporaryFolder(t);
    const cache = await unpackCache(folder);
    for (const layers of ['single', 'split']) {
      for (const compression of ['none', 'gzip', 'zstd']) {
        const to = `${address}/checkpoints:${layers}-${compression}`;
        const made = ['--layers', layers, '--compression', compression];
        await thawOk(['convert', cache, '--quiet', '--to', to, ...made]);
        const inspected = await execa`skopeo inspect --tls-verify=false ${`docker://${to}`}`;
        const { Architecture, Os, Layers } = JSON.parse(inspected.stdout);
        t.is(Architecture, 'amd64');
        t.is(Os, 'linux');
        t.is(Layers.length, layers === 'single' ? 1 : 2);
        const layout = `oci:${join(folder, `${layers}-${compression}`)}:x`;
        await execa`skopeo copy --insecure-policy --src-tls-verify=false ${`docker://${to}`} ${layout}`;
      }
    }
  });

  peerTest(
    peers,
    `what skopeo copied out of ${registry} is the archive, by digests that sha.js computes`,
    async (t) => {
      const address = await start(t);
      const archive = fixturePath('containerd/web');
      const reference = await pushed(address, archive);
      const layout = await temporaryFolder(t);
      const [withoutTag, digest] = reference.split('@') as [string, string];
      const named = `docker://${withoutTag.replace(/:[^:/]+$/, '')}@${digest}`;
      await execa`skopeo copy --insecure-policy --src-tls-verify=false ${named} ${`dir:${layout}`}`;
      const manifestBytes = await readFile(join(layout, 'manifest.json'));
      t.is(`sha256:${shajs('sha256').update(manifestBytes).digest('hex')}`, digest);
      const manifest = JSON.parse(manifestBytes.toString());
      for (const { digest: wanted } of [manifest.config, ...manifest.layers]) {
        const hash = shajs('sha256');
        for await (const chunk of createReadStream(join(layout, wanted.slice(7)))) hash.update(chunk as Buffer);
        t.is(`sha256:${hash.digest('hex')}`, wanted);
      }
      const layer = await readFile(join(layout, manifest.layers[0].digest.slice(7)));
      t.true(layer.equals(await readFile(archive)), 'the layer is the archive');
      const config = JSON.parse(await readFile(join(layout, manifest.config.digest.slice(7)), 'utf8'));
      t.deepEqual(config.rootfs.diff_ids, [manifest.layers[0].digest]);
      t.deepEqual(config.config ?? {}, {}, 'neither Cmd nor Entrypoint');
    },
  );
}

peerTest(
  ['buildah'],
  "a container of the image shows exactly the archive's files, modes, owners and times",
  async (t) => {
    const address = await REGISTRIES['the embedded registry'](t);
    for (const [name, layers] of [
      ['crio/web', 'single'],
      ['containerd/web', 'single'],
      ['podman/counter', 'single'],
    ] as const) {
      await sameTree(t, address, fixturePath(name), layers);
    }
    await sameTree(t, address, await unpackCache(await temporaryFolder(t)), 'split');
  },
);

/** Extracts the archive with GNU tar, mounts a container of its image, and compares both trees to the last mode bit. */
async function sameTree(t: ExecutionContext, address: string, archive: string, layers: string): Promise<void> {
  const reference = await pushed(address, archive, '--layers', layers);
  const { options, policy, env } = await privateStorage(t, 'buildah');
  const buildah = execa({ env });
  const image = `docker://${reference.replace(/:[^:/@]+@/, '@')}`;
  const pull = ['--signature-policy', policy, '--tls-verify=false'];
  const { stdout: container } = await buildah`buildah ${options} from ${pull} ${image}`;
  const { stdout: mount } = await buildah`buildah ${options} mount ${container.trim()}`;
  const extracted = await temporaryFolder(t);
  await execa`tar --extract --same-permissions --same-owner --file ${archive} --directory ${extracted}`;
  t.deepEqual(await listing(mount.trim()), await listing(extracted), `${basename(archive)}, ${layers}`);
  await execa`diff --recursive --brief ${extracted} ${mount.trim()}`;
  t.pass();
}

async function listing(folder: string): Promise<string[]> {
  const { stdout } = await execa({ cwd: folder })`find . -mindepth 1 -printf ${'%p %y %m %U:%G %s %T@\n'}`;
  // A folder's size is the file system's own affair.
  return stdout
    .split('\n')
    .map((line) => line.replace(/^(\S+ d \S+ \S+) \d+/, '$1'))
    .sort();
}

peerTest(['podman'], 'podman pulls the image', async (t) => {
  const address = await REGISTRIES['the embedded registry'](t);
  const reference = await pushed(address, fixturePath('podman/counter'));
  const { options, policy, env } = await privateStorage(t, 'podman');
  const image = reference.replace(/:[^:/@]+@/, '@');
  const podman = execa({ env });
  const { stdout } =
    await podman`podman ${options} pull --quiet --tls-verify=false --signature-policy ${policy} ${image}`;
  const inspected = await podman`podman ${options} image inspect ${stdout.trim()}`;
  const [{ Annotations, Architecture }] = JSON.parse(inspected.stdout);
  t.is(Architecture, 'amd64');
  t.is(Annotations['io.podman.annotations.checkpoint.name'], 'counter');
});

peerTest(['skopeo'], 'an image that skopeo carried through our registry comes back by our client', async (t) => {
  const address = await REGISTRIES['the embedded registry'](t);
  const archive = fixturePath('crio/web');
  const [withoutDigest = ''] = (await pushed(address, archive)).split('@');
  const carried = `${address}/carried:${tagFor(basename(archive))}`;
  const verify = ['--insecure-policy', '--src-tls-verify=false', '--dest-tls-verify=false'];
  await execa`skopeo copy ${verify} ${`docker://${withoutDigest}`} ${`docker://${carried}`}`;
  const back = join(await temporaryFolder(t), 'back.tar');
  await thawOk(['pull', carried, '-o', back, '--quiet']);
  t.true((await readFile(back)).equals(await readFile(archive)));
});

peerTest(['skopeo'], "an image of somebody else's is no checkpoint image, and is called so", async (t) => {
  const address = await REGISTRIES['the embedded registry'](t);
  const folder = await temporaryFolder(t);
  await execa({ cwd: folder })`tar --create --file layer.tar --files-from /dev/null`;
  const layout = join(folder, 'layout');
  await foreignLayout(layout);
  const to = `docker://${address}/foreign:1`;
  await execa`skopeo copy --insecure-policy --dest-tls-verify=false ${`oci:${layout}:1`} ${to}`;
  await t.throwsAsync(thawOk(['inspect', `${address}/foreign:1`]), { message: /IMAGE_NOT_CHECKPOINT/ });
});

async function foreignLayout(layout: string): Promise<void> {
  const blobs = join(layout, 'blobs/sha256');
  await mkdir(blobs, { recursive: true });
  const put = async (mediaType: string, bytes: Buffer) => {
    await writeFile(join(blobs, digestOf(bytes).slice(7)), bytes);
    return { mediaType, digest: digestOf(bytes), size: bytes.length };
  };
  const layer = await put(LAYER.none, Buffer.alloc(1024));
  const rootfs = { type: 'layers', diff_ids: [layer.digest] };
  const config = await put(CONFIG, Buffer.from(JSON.stringify({ architecture: 'amd64', os: 'linux', rootfs })));
  const manifest = { schemaVersion: 2, mediaType: MANIFEST, config, layers: [layer] };
  const entry = await put(MANIFEST, Buffer.from(JSON.stringify(manifest)));
  const manifests = [{ ...entry, annotations: { 'org.opencontainers.image.ref.name': '1' } }];
  await writeFile(join(layout, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  await writeFile(join(layout, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests }));
}
