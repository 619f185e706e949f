import type { ImageEntry } from './image.ts';
import { imageInvalid } from './invalid.ts';
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

/**
 * The same of a field that may stand only once: two messages in one field are merged into one by protobuf's readers, so
 * that none of them is what counts.
 */
export function onlyBytesField(
  image: string,
  bytes: Uint8Array,
  entry: ImageEntry,
  field: number,
): ImageEntry | undefined {
  const reader = new WireReader(image, bytes, entry.start, entry.end);
  let found: ImageEntry | undefined;
  while (reader.next()) {
    if (reader.field !== field || reader.type !== BYTES) continue;
    if (found !== undefined) throw imageInvalid(image, reader.start, `the field ${field} stands twice`);
    found = { start: reader.start, end: reader.end };
  }
  return found;
}

const MAX_UINT = 2 ** 32 - 1;

/** The values of a field of 32-bit numbers, in their order. */
export function uintFields(image: string, bytes: Uint8Array, entry: ImageEntry, field: number): number[] {
  const reader = new WireReader(image, bytes, entry.start, entry.end);
  const values: number[] = [];
  while (reader.next()) {
    if (reader.field !== field) continue;
    // protobuf's readers take the lowest bits of a larger number, and many numbers out of one field of bytes.
    if (reader.type !== VARINT || reader.value > MAX_UINT) {
      throw imageInvalid(image, reader.end, `the field ${field} is no 32-bit number`);
    }
    values.push(reader.value);
  }
  return values;
}

/** The value of a field of one 32-bit number, the last one as protobuf has it. */
export function uintField(image: string, bytes: Uint8Array, entry: ImageEntry, field: number): number | undefined {
  return uintFields(image, bytes, entry, field).at(-1);
}
