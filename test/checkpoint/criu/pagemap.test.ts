import test from 'ava';
import { readPagemap } from '../../../src/checkpoint/criu/pagemap.ts';
import { criuImage, type FieldValue, message } from '../../helpers/criu-image.ts';
import { throwsCode } from '../../helpers/throws.ts';

const HEAD = message([1, 7]);
const VADDR = [1, 0x7fff_f000] as const;

/** A pagemap with pages image 7 and runs of these fields besides their address. */
function pagemap(...runs: readonly (readonly (readonly [number, FieldValue])[])[]): Buffer {
  return criuImage('pagemap', HEAD, ...runs.map((fields) => message(VADDR, ...fields)));
}

const RUNS: readonly (readonly [title: string, image: Buffer, pages: number, compressed: boolean])[] = [
  ['no runs hold no pages', pagemap(), 0, false],
  [
    'present runs add up',
    pagemap(
      [
        [2, 3],
        [4, 4],
      ],
      [
        [2, 4],
        [4, 6],
      ],
    ),
    7,
    false,
  ],
  [
    'the 64-bit count goes before the old one',
    pagemap([
      [2, 0],
      [4, 4],
      [5, 2 ** 33],
    ]),
    2 ** 33,
    false,
  ],
  [
    'a run of a parent checkpoint is not in the archive',
    pagemap(
      [
        [2, 3],
        [4, 1],
      ],
      [
        [2, 1],
        [4, 4],
      ],
    ),
    1,
    false,
  ],
  [
    'a run that is left for later is not in the archive',
    pagemap([
      [2, 3],
      [4, 2],
    ]),
    0,
    false,
  ],
  ['an old run without flags is present', pagemap([[2, 3]]), 3, false],
  [
    'an old run of a parent checkpoint is not in the archive',
    pagemap([
      [2, 3],
      [3, 1],
    ]),
    0,
    false,
  ],
  [
    'sizes of LZ4 blocks mean compressed pages',
    pagemap([
      [2, 1],
      [4, 4],
      [6, 1200],
    ]),
    1,
    true,
  ],
  [
    'a message of LZ4 blocks means compressed pages',
    pagemap([
      [2, 1],
      [4, 4],
      [6, message([1, 9])],
    ]),
    1,
    true,
  ],
  [
    'an aligned payload means compressed pages',
    pagemap([
      [2, 5],
      [4, 4 + 8],
    ]),
    5,
    true,
  ],
  [
    'one compressed run is enough',
    pagemap(
      [
        [2, 1],
        [4, 4],
      ],
      [
        [2, 1],
        [4, 4],
        [6, 1],
      ],
      [
        [2, 1],
        [4, 4],
      ],
    ),
    3,
    true,
  ],
];

for (const [title, image, pages, compressed] of RUNS) {
  test(title, (t) => {
    t.deepEqual(readPagemap('pagemap-1.img', image), { pagesId: 7, pages, compressed });
  });
}

const DAMAGED: readonly (readonly [title: string, image: Buffer, what: RegExp])[] = [
  ['a pagemap without a head', criuImage('pagemap'), /no head/],
  ['a head without a pages image', criuImage('pagemap', message([2, 7])), /names no pages image/],
  ['a run without a number of pages', pagemap([[4, 4]]), /no number of pages/],
  [
    'more pages than can be counted',
    pagemap(
      [
        [2, 0],
        [4, 4],
        [5, Number.MAX_SAFE_INTEGER],
      ],
      [[2, 1]],
    ),
    /more pages/,
  ],
];

for (const [title, image, what] of DAMAGED) {
  test(`${title} is refused`, async (t) => {
    const error = await throwsCode(t, 'CRIU_IMAGE_INVALID', () => readPagemap('pagemap-1.img', image));
    t.regex(String(error?.facts['what']), what);
  });
}

test('a million runs are read', (t) => {
  const oneRun = pagemap([
    [2, 1],
    [4, 4],
  ]);
  const headEnd = pagemap().length;
  const runs = Buffer.alloc((oneRun.length - headEnd) * 1_000_000, oneRun.subarray(headEnd));
  t.is(readPagemap('pagemap-1.img', Buffer.concat([oneRun.subarray(0, headEnd), runs])).pages, 1_000_000);
});
