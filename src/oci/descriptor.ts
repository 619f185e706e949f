import type { Digest } from './digest.ts';

/** A content descriptor, OCI image specification 1.1.1, descriptor.md. Sizes are bytes. */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: Digest;
  readonly size: number;
  readonly annotations?: Readonly<Record<string, string>>;
}
