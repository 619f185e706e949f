import { isUtf8 } from 'node:buffer';

/**
 * A name's bytes as text. Bytes that are no UTF-8 become lone surrogates, one for each byte of 0x80 and above, so that
 * two names are equal only when their bytes are, and no other text is ever decoded to the same name.
 */
export function decodeName(bytes: Uint8Array): string {
  if (isUtf8(bytes)) return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');
  return Array.from(bytes, (byte) => String.fromCharCode(byte < 0x80 ? byte : 0xdc00 + byte)).join('');
}

/** The bytes of a fixed-width text field: up to its first NUL. */
export function untilNul(field: Uint8Array): Uint8Array {
  const nul = field.indexOf(0);
  return nul === -1 ? field : field.subarray(0, nul);
}

/** A member's name without leading `./` and, for a folder, without trailing slashes: `./checkpoint/` → `checkpoint`. */
export function plainName(rawName: string, isDirectory: boolean): string {
  const name = isDirectory ? withoutTrailingSlashes(rawName) : rawName;
  let start = 0;
  while (name.startsWith('./', start) && name.length > start + 2) start += 2;
  return name.slice(start);
}

function withoutTrailingSlashes(name: string): string {
  let end = name.length;
  while (end > 1 && name[end - 1] === '/') end -= 1;
  return name.slice(0, end);
}
