import type { CheckpointMetadata } from '../../checkpoint/metadata.ts';
import type { Warning } from '../../errors.ts';
import type { Digest } from '../../oci/digest.ts';
import type { Compression } from '../../oci/media-types.ts';
import type { Target } from '../../registry/target.ts';
import type { Archive } from '../archive/archive.ts';

export type LayerPlanName = 'single' | 'split';

/** What an engine makes an image of, and where it puts it. */
export interface EngineJob {
  readonly archive: Archive;
  readonly metadata: CheckpointMetadata;
  /** The manifest's annotations. */
  readonly annotations: Readonly<Record<string, string>>;
  readonly tag: string;
  readonly target: Target;
  readonly layers: LayerPlanName;
  /** Undefined: as the archive's file is. */
  readonly compression?: Compression | undefined;
  readonly replaceTag: boolean;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((event: Progress) => void) | undefined;
}

/** What a conversion says while it runs. Bytes count the archive's uncompressed bytes. */
export interface Progress {
  readonly phase: 'scan' | 'check' | 'layers' | 'config' | 'manifest';
  readonly bytes: number;
  readonly total: number;
}

export interface EngineResult {
  readonly digest: Digest;
  /** Sizes in bytes, compressed where they are. */
  readonly layers: readonly { readonly digest: Digest; readonly size: number; readonly existed: boolean }[];
  /** True when the tag already named this very image and nothing was sent. */
  readonly existed: boolean;
  readonly warnings: readonly Warning[];
}

/** Makes an image of an archive and puts it under a tag: `native` or `buildah`. */
export interface Engine {
  readonly name: 'native' | 'buildah';
  convert(job: EngineJob): Promise<EngineResult>;
}
