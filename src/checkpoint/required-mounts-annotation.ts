import * as v from 'valibot';
import { notCheckpoint, THAW } from './annotations.ts';
import { type RequiredMount, VOLUME_KINDS, type VolumeKind } from './required-mount.ts';
import { conform } from './schema/conform.ts';
import { object } from './schema/shapes.ts';

const Mounts = v.array(
  object({
    destination: v.string(),
    readOnly: v.boolean(),
    volume: v.exactOptional(object({ kind: v.string(), name: v.exactOptional(v.string()) })),
  }),
);

/**
 * The required mounts in an image's annotation. A kind of volume that a newer thaw may have added is as good as untold.
 * Throws IMAGE_NOT_CHECKPOINT.
 */
export function readRequiredMounts(text: string): RequiredMount[] {
  const annotation = THAW['required-mounts'];
  const refuse = () => notCheckpoint(`its annotation ${annotation} is no list of mounts`, { annotation });
  return conform(Mounts, parse(text), refuse).map(toRequiredMount);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function toRequiredMount({ destination, readOnly, volume }: v.InferOutput<typeof Mounts>[number]): RequiredMount {
  const kind = VOLUME_KINDS.find((known) => known === volume?.kind);
  return { destination, readOnly, ...(kind === undefined ? {} : { volume: toVolume(kind, volume?.name) }) };
}

function toVolume(kind: VolumeKind, name: string | undefined): NonNullable<RequiredMount['volume']> {
  return { kind, ...(name === undefined ? {} : { name }) };
}
