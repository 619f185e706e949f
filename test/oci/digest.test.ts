import test from 'ava';
import fc from 'fast-check';
import shajs from 'sha.js';
import { digestOf, isDigest, splitDigest } from '../../src/oci/digest.ts';

test('a digest agrees with an independent implementation, for any bytes', (t) => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 4096 }),
      fc.constantFrom('sha256' as const, 'sha512' as const),
      (bytes, algorithm) => {
        t.is(digestOf(bytes, algorithm), `${algorithm}:${shajs(algorithm).update(Buffer.from(bytes)).digest('hex')}`);
      },
    ),
  );
});

test('a digest comes apart into its algorithm and hex', (t) => {
  t.deepEqual(splitDigest(digestOf('')), {
    algorithm: 'sha256',
    hex: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  });
});

const notADigest = test.macro({
  exec: (t, text: string) => t.false(isDigest(text)),
  title: (_, text: string) =>
    `${JSON.stringify(text.length > 40 ? `${text.slice(0, 12)}… of ${text.length} characters` : text)} is no digest`,
});

test(notADigest, '');
test(notADigest, 'sha256:');
test(notADigest, `sha256:${'g'.repeat(64)}`);
test(notADigest, `sha256:${'A'.repeat(64)}`);
test(notADigest, `sha256:${'a'.repeat(63)}`);
test(notADigest, `sha512:${'a'.repeat(64)}`);
test(notADigest, `sha256:${'a'.repeat(64)}\n`);
test(notADigest, `sha1:${'a'.repeat(40)}`);
