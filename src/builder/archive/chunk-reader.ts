/** Reads a stream of chunks by numbers of bytes. */
export interface ChunkReader {
  /** Bytes handed out so far, less what was given back. */
  readonly offset: number;
  /** The next bytes, however many there are; undefined at the end. */
  next(): Promise<Buffer | undefined>;
  /** Puts the last bytes of what was handed out back in front. */
  giveBack(rest: Buffer): void;
  /** Exactly `length` bytes; fewer only at the end. */
  take(length: number): Promise<Buffer>;
  /** All that is left, as a stream; closing that closes this. */
  rest(): AsyncGenerator<Buffer, void>;
  /** Stops the stream behind it. */
  close(): Promise<void>;
}

export function readChunks(chunks: AsyncIterable<Buffer>): ChunkReader {
  const iterator = chunks[Symbol.asyncIterator]();
  let front: Buffer = Buffer.alloc(0);
  let offset = 0;
  const next = async (): Promise<Buffer | undefined> => {
    const chunk = front.length > 0 ? front : await fresh(iterator);
    front = Buffer.alloc(0);
    offset += chunk?.length ?? 0;
    return chunk;
  };
  const giveBack = (rest: Buffer): void => {
    front = front.length === 0 ? rest : Buffer.concat([rest, front]);
    offset -= rest.length;
  };
  const take = async (length: number): Promise<Buffer> => {
    const parts: Buffer[] = [];
    let missing = length;
    while (missing > 0) {
      const chunk = await next();
      if (chunk === undefined) break;
      parts.push(chunk.subarray(0, missing));
      if (chunk.length > missing) giveBack(chunk.subarray(missing));
      missing -= Math.min(missing, chunk.length);
    }
    return parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts);
  };
  const close = async (): Promise<void> => void (await iterator.return?.());
  return {
    get offset() {
      return offset;
    },
    next,
    giveBack,
    take,
    rest: () => drain(next, close),
    close,
  };
}

async function* drain(next: () => Promise<Buffer | undefined>, close: () => Promise<void>) {
  try {
    for (let chunk = await next(); chunk !== undefined; chunk = await next()) yield chunk;
  } finally {
    await close();
  }
}

async function fresh(iterator: AsyncIterator<Buffer>): Promise<Buffer | undefined> {
  const step = await iterator.next();
  return step.done === true ? undefined : step.value;
}
