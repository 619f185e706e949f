import type { ImageEntry } from './image.ts';
import { VARINT, WireReader } from './wire.ts';

/** The value of a varint field of one message, the last one as protobuf has it; undefined when it has none. */
export function varintField(image: string, bytes: Uint8Array, entry: ImageEntry, field: number): number | undefined {
  const reader = new WireReader(image, bytes, entry.start, entry.end);
  let value: number | undefined;
  while (reader.next()) if (reader.field === field && reader.type === VARINT) value = reader.value;
  return value;
}
