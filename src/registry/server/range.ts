/** A part of a file: from `start` up to, not including, `end`. */
export interface Part {
  readonly start: number;
  readonly end: number;
}

/**
 * Reads a `Range` header (RFC 9110, section 14) for content of `size` bytes. Undefined where the whole is to be sent: no
 * header, another unit, or several ranges at once, which a server may pass over. A range that ends before it begins
 * is answered like one past the end, as the OCI conformance suite wants it.
 */
export function parseRange(header: string | undefined, size: number): Part | 'unsatisfiable' | undefined {
  const match = /^\s*bytes\s*=\s*(\d*)\s*-\s*(\d*)\s*$/i.exec(header ?? '');
  if (match === null || (match[1] === '' && match[2] === '')) return undefined;
  const [first, last] = [match[1] ?? '', match[2] ?? ''];
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === '' || last === '' ? size : Math.min(size, Number(last) + 1);
  return start < end ? { start, end } : 'unsatisfiable';
}

/** Reads the `Content-Range` of a chunk: `0-1023`, both ends in it. Undefined for any other text. */
export function parseContentRange(header: string): Part | undefined {
  const match = /^(\d{1,15})-(\d{1,15})$/.exec(header.trim());
  return match === null ? undefined : { start: Number(match[1]), end: Number(match[2]) + 1 };
}
