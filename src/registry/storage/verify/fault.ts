import type { Digest } from '../../../oci/digest.ts';

/** Something wrong in a data folder. */
export type Fault =
  /** The bytes under a digest have another one. */
  | { readonly kind: 'blob-damaged'; readonly digest: Digest; readonly found: Digest; readonly quarantined?: string }
  /** A tag's link does not hold a digest. */
  | { readonly kind: 'tag-unreadable'; readonly repository: string; readonly tag: string }
  /** A tag names a manifest that its repository has not got. */
  | { readonly kind: 'tag-dangling'; readonly repository: string; readonly tag: string; readonly digest: Digest }
  /** A repository has a link to a manifest whose bytes are not there. */
  | { readonly kind: 'manifest-missing'; readonly repository: string; readonly digest: Digest }
  /** A manifest that is none. */
  | {
      readonly kind: 'manifest-invalid';
      readonly repository: string;
      readonly digest: Digest;
      readonly why: string;
    }
  /** A manifest names a blob or manifest that its repository has not got. */
  | {
      readonly kind: 'content-missing';
      readonly repository: string;
      readonly digest: Digest;
      readonly missing: Digest;
    };
