import { digestOf } from '../../src/oci/digest.ts';
import { CONFIG, LAYER, MANIFEST } from '../../src/oci/media-types.ts';
import type { Call } from './call.ts';

/** The request that pushes a whole blob at once, by its session's Location: for the `before` of a request table. */
export function blobPushed(bytes: Buffer | string, repository = '{repo}', algorithm?: 'sha512'): Call[] {
  return [
    { send: `POST /v2/${repository}/blobs/uploads/` },
    { send: `PUT {location?}digest=${digestOf(bytes, algorithm)}`, body: bytes },
  ];
}

export const EMPTY = '{}';

/** An image manifest over blobs that are given as bytes; `extra` goes in as it is. */
export function imageManifest(layers: readonly (Buffer | string)[], extra: object = {}): Buffer {
  return Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: MANIFEST,
      config: { mediaType: CONFIG, digest: digestOf(EMPTY), size: EMPTY.length },
      layers: layers.map((layer) => ({
        mediaType: LAYER.none,
        digest: digestOf(layer),
        size: Buffer.byteLength(layer),
      })),
      ...extra,
    }),
  );
}

/** The requests that push an image manifest under a reference, its blobs first. */
export function imagePushed(manifest: Buffer, reference: string, layers: readonly (Buffer | string)[] = []): Call[] {
  return [
    ...[EMPTY, ...layers].flatMap((blob) => blobPushed(blob)),
    { send: `PUT /v2/{repo}/manifests/${reference}`, headers: { 'Content-Type': MANIFEST }, body: manifest },
  ];
}
