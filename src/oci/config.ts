import type { Digest } from './digest.ts';

/**
 * An image config, OCI image specification 1.1.1, config.md, as thaw writes it: with neither Cmd nor Entrypoint, so that
 * a runtime that does not restore fails ("no command specified") instead of starting a wrong program.
 */
export interface ImageConfig {
  /** RFC 3339; the checkpoint's time. */
  readonly created: string;
  /** Go's name of the CPU architecture: `amd64`, `arm64`, ... */
  readonly architecture: string;
  readonly os: 'linux';
  readonly config: Record<string, never>;
  readonly rootfs: { readonly type: 'layers'; readonly diff_ids: readonly Digest[] };
}
