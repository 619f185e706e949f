import { PHASE_NAMES, PHASES, type Phase } from './phases.ts';

/** One bar: its parts one after the other, and what stands at its end. */
export interface Bar {
  readonly name: string;
  readonly note: string;
  readonly parts: readonly { readonly phase: Phase; readonly length: number }[];
}

/** Bars of one scale. */
export interface Group {
  readonly name: string;
  readonly bars: readonly Bar[];
}

/** What a plot shows. */
export interface Plot {
  readonly title: string;
  /** Below it: when and on what. */
  readonly caption: string;
  readonly groups: readonly Group[];
}

// Making and sending are blue, waiting is grey, getting is green, laying out and restoring are warm: readable on white and on black.
const COLOURS: Readonly<Record<Phase, string>> = {
  convert: '#3f6fb0',
  push: '#78a9d8',
  apply: '#b9b9b9',
  schedule: '#8a8a8a',
  pull: '#4f9d58',
  copy: '#a9c94f',
  create: '#eda23a',
  restore: '#d4513f',
};

const WIDTH = 860;
const LEFT = 170;
/** Room for the note at the end of the longest bar. */
const RIGHT = 120;
const ROW = 24;
const BAR = 16;

const STYLE = `
text { font: 13px system-ui, sans-serif; fill: #1f2328 }
.title { font-size: 16px; font-weight: 600 }
.name { font-weight: 600 }
.small { font-size: 11px; fill: #59636e }
@media (prefers-color-scheme: dark) { text { fill: #e6edf3 } .small { fill: #9198a1 } }
`.trim();

/**
 * An SVG of lying stacked bars, each group to the scale of its longest one, on no background, its letters dark or light
 * as the reader's browser is. The same plot gives the same bytes.
 */
export function barsSvg({ title, caption, groups }: Plot): string {
  const used = PHASE_NAMES.filter((phase) => groups.some(({ bars }) => bars.some((bar) => has(bar, phase))));
  const body: string[] = [text(0, 20, title, 'title')];
  let y = 44;
  for (const [at, phase] of used.entries()) body.push(...legend(phase, (at % 2) * (WIDTH / 2), y + 18 * (at >> 1)));
  y += 18 * Math.ceil(used.length / 2) + 8;
  for (const group of groups) {
    body.push(text(0, y + 14, group.name, 'name'));
    y += ROW;
    const longest = Math.max(...group.bars.map(lengthOf));
    for (const bar of group.bars) {
      body.push(...drawBar(bar, y, (WIDTH - LEFT - RIGHT) / longest));
      y += ROW;
    }
    y += 8;
  }
  body.push(text(0, y + 10, caption, 'small'));
  const size = `viewBox="0 0 ${WIDTH} ${y + 18}" width="${WIDTH}" height="${y + 18}"`;
  const head = `<svg xmlns="http://www.w3.org/2000/svg" ${size} role="img" aria-label="${escaped(title)}">`;
  return `${[head, `<style>${STYLE}</style>`, ...body, '</svg>'].join('\n')}\n`;
}

function legend(phase: Phase, x: number, y: number): string[] {
  return [rect(x, y - 10, 12, 12, phase), text(x + 18, y, `${phase}: ${PHASES[phase]}`, 'small')];
}

function drawBar(bar: Bar, y: number, scale: number): string[] {
  const drawn = [text(0, y + 13, bar.name)];
  let x = LEFT;
  for (const { phase, length } of bar.parts) {
    const width = length * scale;
    // A gap of one pixel keeps neighbours apart, whatever the background is.
    const hint = `<title>${phase} ${length.toFixed(2)} s</title>`;
    drawn.push(rect(x, y, Math.max(width - 1, 0), BAR, phase, hint));
    x += width;
  }
  return [...drawn, text(x + 8, y + 13, bar.note)];
}

function rect(x: number, y: number, width: number, height: number, phase: Phase, inside = ''): string {
  const place = `x="${short(x)}" y="${short(y)}" width="${short(width)}" height="${height}"`;
  return `<rect ${place} rx="1" fill="${COLOURS[phase]}">${inside}</rect>`;
}

function text(x: number, y: number, content: string, style?: string): string {
  const named = style === undefined ? '' : ` class="${style}"`;
  return `<text x="${short(x)}" y="${short(y)}"${named}>${escaped(content)}</text>`;
}

function has({ parts }: Bar, wanted: Phase): boolean {
  return parts.some(({ phase }) => phase === wanted);
}

function lengthOf({ parts }: Bar): number {
  return parts.reduce((sum, { length }) => sum + length, 0);
}

function short(number: number): string {
  return `${Math.round(number * 10) / 10}`;
}

function escaped(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
