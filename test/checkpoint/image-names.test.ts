import test from 'ava';
import { imageId, repoDigest } from '../../src/checkpoint/image-names.ts';

const HEX = 'ab'.repeat(32);
const EXACT = `registry.local:5000/a/b@sha256:${HEX}`;

const IDS: readonly (readonly [string | undefined, string | undefined])[] = [
  [HEX, HEX],
  [`sha256:${HEX}`, HEX],
  [HEX.slice(1), undefined],
  [HEX.toUpperCase(), undefined],
  [EXACT, undefined],
  ['', undefined],
  [undefined, undefined],
];

for (const [text, id] of IDS) {
  test(`the image ID in ${text} is ${id}`, (t) => t.is(imageId(text), id));
}

const DIGESTS: readonly (readonly [string | undefined, string | undefined])[] = [
  [EXACT, EXACT],
  [`${EXACT},other@sha256:${HEX}`, EXACT],
  [JSON.stringify([EXACT, `other@sha256:${HEX}`]), EXACT],
  [`name:tag, ${EXACT}`, EXACT],
  ['[]', undefined],
  ['null', undefined],
  ['registry.local/a:1', undefined],
  [`@sha256:${HEX}`, undefined],
  [`a@sha256:${HEX}0`, undefined],
  ['', undefined],
  [undefined, undefined],
];

for (const [text, digest] of DIGESTS) {
  test(`the exact image in ${text} is ${digest}`, (t) => t.is(repoDigest(text), digest));
}
