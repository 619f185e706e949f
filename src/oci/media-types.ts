/** OCI image specification 1.1.1, media-types.md. thaw writes only these. */
export const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
export const INDEX = 'application/vnd.oci.image.index.v1+json';
export const CONFIG = 'application/vnd.oci.image.config.v1+json';

/** How a layer's bytes are compressed. */
export type Compression = 'none' | 'gzip' | 'zstd';

/** The layer media type of each compression. */
export const LAYER: Readonly<Record<Compression, string>> = {
  none: 'application/vnd.oci.image.layer.v1.tar',
  gzip: 'application/vnd.oci.image.layer.v1.tar+gzip',
  zstd: 'application/vnd.oci.image.layer.v1.tar+zstd',
};

/** The compression that a layer media type names; undefined for a type that is no OCI layer. */
export function compressionOf(mediaType: string): Compression | undefined {
  return (Object.keys(LAYER) as Compression[]).find((compression) => LAYER[compression] === mediaType);
}
