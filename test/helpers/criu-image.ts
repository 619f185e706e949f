import { type ImageKind, MAGIC } from '../../src/checkpoint/criu/image.ts';

/** A value of a protobuf field: a number is written as a varint, bytes as they are. */
export type FieldValue = number | Uint8Array;

/** One of CRIU's images with these entries. */
export function criuImage(kind: ImageKind, ...entries: readonly Uint8Array[]): Buffer {
  const magic = kind === 'inventory' ? [word(MAGIC.inventory)] : [word(0x54564319), word(MAGIC[kind])];
  return Buffer.concat([...magic, ...entries.flatMap((entry) => [word(entry.length), entry])]);
}

/** A protobuf message of these fields, in this order. */
export function message(...fields: readonly (readonly [field: number, value: FieldValue])[]): Buffer {
  return Buffer.concat(fields.map(([field, value]) => encodeField(field, value)));
}

function encodeField(field: number, value: FieldValue): Buffer {
  if (typeof value === 'number') return Buffer.concat([varint(field * 8), varint(value)]);
  return Buffer.concat([varint(field * 8 + 2), varint(value.length), value]);
}

export function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = BigInt(value);
  for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  return Buffer.from([...bytes, Number(rest)]);
}

function word(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
