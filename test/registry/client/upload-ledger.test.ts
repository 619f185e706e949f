import test from 'ava';
import fc from 'fast-check';
import shajs from 'sha.js';
import { createUploadLedger } from '../../../src/registry/client/upload-ledger.ts';

test('each byte is hashed once, however often and in whatever pieces it is sent', async (t) => {
  const sends = fc.array(fc.tuple(fc.nat({ max: 300 }), fc.array(fc.integer({ min: 1, max: 80 }))), { maxLength: 6 });
  const property = fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), sends, async (bytes, tries) => {
    const ledger = createUploadLedger('sha256');
    for (const [start, pieces] of [...tries, [0, [300]] as const]) {
      let position = Math.min(start, ledger.hashed);
      for (const piece of pieces) {
        const chunk = bytes.subarray(position, position + piece);
        await ledger.take(chunk, position);
        position += chunk.byteLength;
      }
    }
    const independent = shajs('sha256').update(bytes).digest('hex');
    return ledger.hashed === bytes.byteLength && (await ledger.digest()) === `sha256:${independent}`;
  });
  await t.notThrowsAsync(fc.assert(property, { numRuns: 300 }));
});
