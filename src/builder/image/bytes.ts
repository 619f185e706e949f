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
