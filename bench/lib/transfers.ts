import { digestOf } from '../../src/oci/digest.ts';
import { CONFIG, LAYER, MANIFEST } from '../../src/oci/media-types.ts';
import type { Content } from './content.ts';
import { run } from './run.ts';

// Transfers as curl makes them, one process a stream: cheap, and of neither registry's making. Answers are thrown away.

/** Where all transfers go. */
export const REPOSITORY = 'bench/checkpoints';

const CURL = ['curl', '--silent', '--show-error', '--fail', '--noproxy', '*', '--output', '/dev/null'];

/** Pushes a file as a blob: a session, then one PUT with all bytes. */
export async function pushBlob(address: string, { path, digest }: Content): Promise<void> {
  const begun = await fetch(`http://${address}/v2/${REPOSITORY}/blobs/uploads/`, { method: 'POST' });
  const location = new URL(begun.headers.get('location') ?? '', begun.url);
  location.searchParams.set('digest', digest);
  await run([...CURL, '--header', 'Expect:', '--upload-file', path, location.href]);
}

/** Pulls a blob, or the part of it from `start` up to, not including, `end`. */
export async function pullBlob(address: string, digest: string, part?: { start: number; end: number }): Promise<void> {
  const range = part === undefined ? [] : ['--range', `${part.start}-${part.end - 1}`];
  await run([...CURL, ...range, blobUrl(address, digest)]);
}

/** Pulls an image over one connection: its manifest, its config, its layer. */
export async function pullImage(address: string, { tag, config, layer }: Image): Promise<void> {
  const urls = [manifestUrl(address, tag), ...[config, layer].map((digest) => blobUrl(address, digest))];
  const rest = urls.slice(1).flatMap((url) => ['--output', '/dev/null', url]);
  await run([...CURL, '--header', `Accept: ${MANIFEST}`, manifestUrl(address, tag), ...rest]);
}

/** An image that was pushed. */
export interface Image {
  readonly tag: string;
  readonly config: string;
  readonly layer: string;
}

/** Pushes an image whose one layer is a file. */
export async function pushImage(
  address: string,
  { config, layer }: { config: Content; layer: Content },
): Promise<Image> {
  await pushBlob(address, config);
  await pushBlob(address, layer);
  const descriptor = (mediaType: string, { digest, size }: Content) => ({ mediaType, digest, size });
  const layers = [descriptor(LAYER.none, layer)];
  const manifest = { schemaVersion: 2, mediaType: MANIFEST, config: descriptor(CONFIG, config), layers };
  const headers = { 'content-type': MANIFEST };
  const tag = 'bench';
  const body = JSON.stringify(manifest);
  const answer = await fetch(manifestUrl(address, tag), { method: 'PUT', headers, body });
  if (answer.headers.get('docker-content-digest') !== digestOf(Buffer.from(body)))
    throw new Error(`the manifest was answered with ${answer.status} ${await answer.text()}`);
  return { tag, config: config.digest, layer: layer.digest };
}

export function blobUrl(address: string, digest: string): string {
  return `http://${address}/v2/${REPOSITORY}/blobs/${digest}`;
}

export function manifestUrl(address: string, reference: string): string {
  return `http://${address}/v2/${REPOSITORY}/manifests/${reference}`;
}
