import type { ImageEntry } from './image.ts';
import { BYTES, VARINT, WireReader } from './wire.ts';

/** The value of a varint field of one message, the last one as protobuf has it; undefined when it has none. */
export function varintField(image: string, bytes: Uint8Array, entry: ImageEntry, field: number): number | undefined {
  const reader = new WireReader(image, bytes, entry.start, entry.end);
  let value: number | undefined;
  while (reader.next()) if (reader.field === field && reader.type === VARINT) value = reader.value;
  return value;
}

/** Where the content of a field of bytes stands: a message inside the message, or a text; the last one. */
export function bytesField(image: string, bytes: Uint8Array, entry: ImageEntry, field: number): ImageEntry | undefined {
  const reader = new WireReader(image, bytes, entry.start, entry.end);
  let found: ImageEntry | undefined;
  while (reader.next()) {
    if (reader.field === field && reader.type === BYTES) found = { start: reader.start, end: reader.end };
  }
  return found;
}

/** The value of a text field of one message. */
export function textField(image: string, bytes: Uint8Array, entry: ImageEntry, field: number): string | undefined {
  const found = bytesField(image, bytes, entry, field);
  return found && new TextDecoder().decode(bytes.subarray(found.start, found.end));
}
