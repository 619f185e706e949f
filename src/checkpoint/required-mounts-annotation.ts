import Type, { type Static } from 'typebox';
import { Value } from 'typebox/value';
import { notCheckpoint, THAW } from './annotations.ts';
import { type RequiredMount, VOLUME_KINDS, type VolumeKind } from './required-mounts.ts';

const Mounts = Type.Array(
  Type.Object({
    destination: Type.String(),
    readOnly: Type.Boolean(),
    volume: Type.Optional(Type.Object({ kind: Type.String(), name: Type.Optional(Type.String()) })),
  }),
);

/**
 * The required mounts in an image's annotation. A kind of volume that a newer thaw may have added is as good as untold.
 * Throws IMAGE_NOT_CHECKPOINT.
 */
export function readRequiredMounts(text: string): RequiredMount[] {
  const mounts = parse(text);
  if (Value.Check(Mounts, mounts)) return mounts.map(toRequiredMount);
  const annotation = THAW['required-mounts'];
  throw notCheckpoint(`its annotation ${annotation} is no list of mounts`, { annotation });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function toRequiredMount({ destination, readOnly, volume }: Static<typeof Mounts>[number]): RequiredMount {
  const kind = VOLUME_KINDS.find((known) => known === volume?.kind);
  return { destination, readOnly, ...(kind === undefined ? {} : { volume: toVolume(kind, volume?.name) }) };
}

function toVolume(kind: VolumeKind, name: string | undefined): NonNullable<RequiredMount['volume']> {
  return { kind, ...(name === undefined ? {} : { name }) };
}
