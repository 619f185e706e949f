import test from 'ava';
import { barsSvg, type Plot } from '../../../../bench/lib/restore/bars.ts';

const PLOT: Plot = {
  title: 'Ways <home> & "back"',
  caption: 'on a machine',
  groups: [
    {
      name: '16 MiB of memory',
      bars: [
        { name: 'short', note: '1.00 s', parts: [{ phase: 'copy', length: 1 }] },
        {
          name: 'long',
          note: '4.00 s · 4.0 x',
          parts: [
            { phase: 'convert', length: 3 },
            { phase: 'restore', length: 1 },
          ],
        },
      ],
    },
    { name: '1 GiB of memory', bars: [{ name: 'other', note: '90.00 s', parts: [{ phase: 'convert', length: 90 }] }] },
  ],
};

interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly fill: string;
}

/** The parts of bars: those rectangles with a hint. */
function partsOf(svg: string): Rect[] {
  const rect = /<rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="16" rx="1" fill="(#\w+)"><title>/g;
  return [...svg.matchAll(rect)].map(([, x, y, width, fill = '']) => ({
    x: Number(x),
    y: Number(y),
    width: Number(width),
    fill,
  }));
}

test('the same plot gives the same bytes', (t) => t.is(barsSvg(structuredClone(PLOT)), barsSvg(PLOT)));

test('parts lie end to end, as long as their time, each group to its own scale', (t) => {
  const [copy, convert, restore, other, ...more] = partsOf(barsSvg(PLOT));
  t.deepEqual(more, []);
  if (!copy || !convert || !restore || !other) return t.fail('four parts');
  const length = ({ width }: Rect) => width + 1; // the gap
  t.is(restore.y, convert.y);
  t.true(Math.abs(restore.x - (convert.x + length(convert))) <= 0.1);
  t.true(Math.abs(length(convert) - 3 * length(restore)) <= 0.3);
  t.true(Math.abs(length(copy) - length(restore)) <= 0.1);
  t.true(Math.abs(length(other) - (length(convert) + length(restore))) <= 0.2);
  t.is(convert.fill, other.fill);
  t.not(convert.fill, restore.fill);
});

test('the legend explains the parts that there are, and no others', (t) => {
  const svg = barsSvg(PLOT);
  for (const phase of ['copy', 'convert', 'restore']) t.regex(svg, new RegExp(`>${phase}: `));
  t.notRegex(svg, />pull: /);
});

test('what is written is escaped', (t) => {
  const svg = barsSvg(PLOT);
  t.true(svg.includes('>Ways &lt;home&gt; &amp; &quot;back&quot;</text>'));
  t.false(svg.includes('<home>'));
});

test('letters follow the colours of the reader, and nothing is drawn below or beside the picture', (t) => {
  const svg = barsSvg(PLOT);
  t.regex(svg, /@media \(prefers-color-scheme: dark\)/);
  const [, width = '', height = ''] = /viewBox="0 0 (\d+) (\d+)"/.exec(svg) ?? [];
  for (const part of partsOf(svg)) t.true(part.x + part.width <= Number(width));
  for (const [, y] of svg.matchAll(/ y="([\d.]+)"/g)) t.true(Number(y) <= Number(height));
});
