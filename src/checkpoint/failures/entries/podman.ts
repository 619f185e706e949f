import type { Failure } from '../failure.ts';

/** What Podman says when it restores an image. */
export const PODMAN_FAILURES: readonly Failure[] = [
  {
    id: 'podman-not-a-checkpoint',
    weight: 'cause',
    patterns: [/image is not a checkpoint/],
    examples: ['image is not a checkpoint'],
    title: "the image lacks Podman's checkpoint annotations (name and runtime.name) on its manifest",
    cure: 'convert the archive with thaw convert, and copy the image with a program that keeps annotations (skopeo copy)',
    seen: [{ program: 'Podman', version: '5.4.2' }],
  },
];
