import { BYTES, WireReader } from '../../checkpoint/criu/wire.ts';
import { silent } from './call.ts';

/** The fields of a message that hold bytes, by their number (api.proto of k8s.io/cri-api, package runtime.v1). */
export type Fields = ReadonlyMap<number, readonly Uint8Array[]>;

/** Reads an answer; one that cannot be read is NODE_RUNTIME_SILENT. */
export function understood<Value>(socket: string, read: () => Value): Value {
  try {
    return read();
  } catch (cause) {
    throw silent(socket, cause);
  }
}

/** Takes a message apart. */
export function readFields(message: Uint8Array): Fields {
  const fields = new Map<number, Uint8Array[]>();
  const reader = new WireReader('the answer', message, 0, message.length);
  while (reader.next()) {
    if (reader.type !== BYTES) continue;
    fields.set(reader.field, [...(fields.get(reader.field) ?? []), message.subarray(reader.start, reader.end)]);
  }
  return fields;
}

/** The text in a field; empty where there is none. */
export function fieldText(fields: Fields, number: number): string {
  return Buffer.from(fields.get(number)?.[0] ?? []).toString('utf8');
}
