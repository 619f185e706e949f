/** The chunks without their first `count` bytes. */
export async function* skipBytes(chunks: AsyncIterable<Uint8Array>, count: number): AsyncGenerator<Uint8Array> {
  let left = count;
  for await (const chunk of chunks) {
    if (left < chunk.length) yield left > 0 ? chunk.subarray(left) : chunk;
    left = Math.max(0, left - chunk.length);
  }
}

/** The chunks as they are; `onBytes` hears how many have passed so far. */
export async function* countBytes(
  chunks: AsyncIterable<Uint8Array>,
  onBytes: (passed: number) => void,
): AsyncGenerator<Uint8Array> {
  let passed = 0;
  for await (const chunk of chunks) {
    passed += chunk.length;
    yield chunk;
    onBytes(passed);
  }
}

/** The same bytes in chunks of exactly `size`, the last one shorter. */
export async function* evenChunks(chunks: AsyncIterable<Uint8Array>, size: number): AsyncGenerator<Uint8Array> {
  let parts: Uint8Array[] = [];
  let held = 0;
  for await (const chunk of chunks) {
    for (let start = 0; start < chunk.length; ) {
      const part = chunk.subarray(start, start + size - held);
      start += part.length;
      held += part.length;
      parts.push(part);
      if (held < size) continue;
      yield joined(parts);
      parts = [];
      held = 0;
    }
  }
  if (held > 0) yield joined(parts);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const [only] = parts;
  return parts.length === 1 && only !== undefined ? only : Buffer.concat(parts);
}
