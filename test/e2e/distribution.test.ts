import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { execa } from 'execa';
import { digestOf } from '../../src/oci/digest.ts';
import { CONFIG, LAYER, MANIFEST } from '../../src/oci/media-types.ts';
import type { RegistryTarget } from '../../src/registry/client/target.ts';
import { makeCertificates } from '../helpers/certificates.ts';
import { collect } from '../helpers/collect.ts';
import { credentialPlaces } from '../helpers/credential-places.ts';
import { startDistribution } from '../helpers/distribution.ts';
import { temporaryFolder } from '../helpers/fixtures.ts';
import { peerTest } from '../helpers/peer.ts';
import { memorySource, openClient } from '../helpers/registry-client.ts';
import { throwsCode } from '../helpers/throws.ts';

// Our client and skopeo at a Distribution that wants credentials and speaks TLS.

const PEERS = ['docker-registry', 'htpasswd', 'openssl', 'skopeo'];
const ALICE = { username: 'alice', password: 'wonder:land' };

/** A Distribution with one user, behind a certificate of its own authority. */
async function startGuarded(t: ExecutionContext) {
  const htpasswd = join(await temporaryFolder(t), 'htpasswd');
  const { stdout } = await execa`htpasswd -Bbn ${ALICE.username} ${ALICE.password}`;
  await writeFile(htpasswd, `${stdout}\n`);
  const tls = await makeCertificates(t);
  return { ...(await startDistribution(t, { htpasswd, tls })), caFile: tls.ca };
}

async function pushImage(client: RegistryTarget) {
  const layer = await client.putBlob(memorySource(Buffer.alloc(10_240)));
  const rootfs = { type: 'layers', diff_ids: [layer.digest] };
  const config = Buffer.from(JSON.stringify({ architecture: 'amd64', os: 'linux', config: {}, rootfs }));
  const { digest, size } = await client.putBlob(memorySource(config, { digest: digestOf(config) }));
  const bytes = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: MANIFEST,
      config: { mediaType: CONFIG, digest, size },
      layers: [{ mediaType: LAYER.none, digest: layer.digest, size: layer.size }],
    }),
  );
  return { layer: layer.digest, digest: await client.putManifest({ bytes, mediaType: MANIFEST, tag: 'a' }) };
}

peerTest(PEERS, 'an image goes to a Distribution with htpasswd and TLS, and skopeo finds it there', async (t) => {
  const guarded = await startGuarded(t);
  const client = await openClient(t, guarded, { caFile: guarded.caFile, credentials: ALICE });
  const { layer, digest } = await pushImage(client);
  const image = `docker://${guarded.registry}/checkpoints:a`;
  const creds = `${ALICE.username}:${ALICE.password}`;
  const { stdout } = await execa`skopeo inspect --tls-verify=false --creds ${creds} ${image}`;
  t.like(JSON.parse(stdout), { Digest: digest, Layers: [layer], Architecture: 'amd64' });
});

peerTest(PEERS, 'an image that skopeo copied comes back by our client', async (t) => {
  const guarded = await startGuarded(t);
  const { caFile } = guarded;
  const client = await openClient(t, guarded, { caFile, credentials: ALICE });
  const { layer, digest } = await pushImage(client);
  const creds = `${ALICE.username}:${ALICE.password}`;
  const from = `docker://${guarded.registry}/checkpoints:a`;
  const insecure = ['--insecure-policy', '--src-tls-verify=false', '--dest-tls-verify=false'];
  const to = (name: string) => `docker://${guarded.registry}/${name}:b`;
  await execa`skopeo copy ${insecure} --preserve-digests --src-creds ${creds} --dest-creds ${creds} ${from} ${to('same')}`;
  await execa`skopeo copy ${insecure} --format v2s2 --src-creds ${creds} --dest-creds ${creds} ${from} ${to('docker')}`;
  const same = await openClient(t, guarded, { repository: 'same', caFile, credentials: ALICE });
  t.is((await same.getManifest('b'))?.digest, digest);
  t.deepEqual(await collect(await same.getBlob(layer)), Buffer.alloc(10_240));
  const docker = await openClient(t, guarded, { repository: 'docker', caFile, credentials: ALICE });
  t.is((await docker.getManifest('b'))?.mediaType, 'application/vnd.docker.distribution.manifest.v2+json');
});

peerTest(PEERS, 'credentials that skopeo stored with its login are found', async (t) => {
  const guarded = await startGuarded(t);
  const { home } = await credentialPlaces(t, {});
  const authFile = join(home, 'auth.json');
  await execa({
    input: ALICE.password,
  })`skopeo login --tls-verify=false --authfile ${authFile} --username ${ALICE.username} --password-stdin ${guarded.registry}`;
  const credentialSources = { home, environment: { REGISTRY_AUTH_FILE: authFile } };
  const client = await openClient(t, guarded, { caFile: guarded.caFile, credentialSources });
  const { digest } = await pushImage(client);
  t.is((await client.getManifest('a'))?.digest, digest);
});

peerTest(PEERS, 'a Distribution that refuses our credentials, or gets none, is UNAUTHORIZED', async (t) => {
  const guarded = await startGuarded(t);
  const { caFile } = guarded;
  const wrong = await openClient(t, guarded, { caFile, credentials: { username: 'alice', password: 'no' } });
  await throwsCode(t, 'UNAUTHORIZED', () => pushImage(wrong));
  await throwsCode(t, 'UNAUTHORIZED', async () => pushImage(await openClient(t, guarded, { caFile })));
});

peerTest(PEERS, 'a Distribution whose authority is not given is REGISTRY_UNREACHABLE', async (t) => {
  const guarded = await startGuarded(t);
  const client = await openClient(t, guarded, { plainHttp: false, credentials: ALICE });
  await throwsCode(t, 'REGISTRY_UNREACHABLE', () => client.listTags());
});

peerTest(PEERS, 'a Distribution that speaks TLS says so itself when plain HTTP is tried', async (t) => {
  const client = await openClient(t, await startGuarded(t), { credentials: ALICE });
  const error = await throwsCode(t, 'REGISTRY_REFUSED', () => client.listTags());
  t.regex(error?.message ?? '', /HTTP request to an HTTPS server/);
});
