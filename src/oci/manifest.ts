import type { Descriptor } from './descriptor.ts';
import type { CONFIG, MANIFEST } from './media-types.ts';

/** An image manifest, OCI image specification 1.1.1, manifest.md, as thaw writes it. */
export interface ImageManifest {
  readonly schemaVersion: 2;
  readonly mediaType: typeof MANIFEST;
  readonly config: Descriptor & { readonly mediaType: typeof CONFIG };
  readonly layers: readonly Descriptor[];
  readonly annotations: Readonly<Record<string, string>>;
}
