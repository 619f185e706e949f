import { THAW } from '../../checkpoint/annotations.ts';
import type { Descriptor } from '../../oci/descriptor.ts';
import { type Digest, digestOf } from '../../oci/digest.ts';
import type { ImageManifest } from '../../oci/manifest.ts';
import { CONFIG, type Compression, LAYER, MANIFEST } from '../../oci/media-types.ts';
import { formatSegments, joinSegments, type Segment } from './segments.ts';

/** A layer as the manifest describes it: the blob's digest and size in bytes, and what the layer holds. */
export interface LayerFacts {
  readonly digest: Digest;
  readonly size: number;
  readonly compression: Compression;
  readonly segments: readonly Segment[];
}

/** The bytes of a checkpoint image's manifest, the same for the same arguments: annotations stand in ASCII order. */
export function buildManifest(
  config: Buffer,
  layers: readonly LayerFacts[],
  annotations: Readonly<Record<string, string>>,
): Buffer {
  const manifest: ImageManifest = {
    schemaVersion: 2,
    mediaType: MANIFEST,
    config: { mediaType: CONFIG, digest: digestOf(config), size: config.length },
    layers: layers.map(describeLayer),
    annotations: sorted({
      ...annotations,
      [THAW['layer-segments']]: joinSegments(layers.map(({ segments }) => segments)),
    }),
  };
  return Buffer.from(JSON.stringify(manifest));
}

function describeLayer({ digest, size, compression, segments }: LayerFacts): Descriptor {
  return { mediaType: LAYER[compression], digest, size, annotations: { [THAW.segments]: formatSegments(segments) } };
}

function sorted(annotations: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(annotations).sort(([a], [b]) => (a < b ? -1 : 1)));
}
