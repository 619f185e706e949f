import { networkFailure } from './network-errors.ts';
import type { HttpAnswer } from './transport.ts';

/** The body's first bytes, up to `limit`; `cut` says that there was more, which is thrown away with the connection. */
export async function readUpTo(answer: HttpAnswer, limit: number): Promise<{ bytes: Buffer; cut: boolean }> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of answer.body as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      length += chunk.byteLength;
      if (length > limit) break;
    }
  } catch (error) {
    throw networkFailure(error, answer.method, answer.url);
  }
  return { bytes: Buffer.concat(chunks).subarray(0, limit), cut: length > limit };
}

/** Throws a body away, so that the connection can be used again; what comes after 128 KiB closes it. */
export async function discard(answer: HttpAnswer): Promise<void> {
  await answer.body.dump().catch(() => undefined);
}
