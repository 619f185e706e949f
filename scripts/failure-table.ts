import { readFile, writeFile } from 'node:fs/promises';
import { CATALOGUE } from '../src/checkpoint/failures/catalogue.ts';
import type { Failure, Sighting } from '../src/checkpoint/failures/failure.ts';
import { fill } from '../src/checkpoint/failures/fill.ts';

// Writes docs/failures.md from the data that thaw explain reads: node scripts/failure-table.ts
const PAGE = new URL('../docs/failures.md', import.meta.url);
const BEGIN = '<!-- failures -->';
const END = '<!-- end of failures -->';

/** The page with its failures made anew between their marks. */
export async function failurePage(): Promise<{ now: string; wanted: string }> {
  const now = await readFile(PAGE, 'utf8');
  const [from, to] = [now.indexOf(BEGIN), now.indexOf(END)];
  if (from < 0 || to < from) throw new Error(`docs/failures.md lacks the marks ${BEGIN} and ${END}`);
  const groups = Object.entries(CATALOGUE).map(
    ([group, failures]) => `## ${group}\n\n${failures.map(block).join('\n\n')}`,
  );
  return { now, wanted: `${now.slice(0, from + BEGIN.length)}\n\n${groups.join('\n\n')}\n\n${now.slice(to)}` };
}

function block({ id, examples, title, cure, seen }: Failure): string {
  const quotes = examples.length === 0 ? [] : ['```', ...examples, '```', ''];
  return [
    `### ${id}`,
    '',
    ...quotes,
    `${sentence(title)}`,
    `**${sentence(cure)}**`,
    `(${seen.map(sighting).join(', ')})`,
  ].join('\n');
}

/** Facts that differ from case to case stand as their names: `<path>`. */
function sentence(text: string): string {
  const filled = fill(text, { node: 'the node', image: 'the image' }).replace(/[<>*_]/g, String.raw`\$&`);
  return `${filled.charAt(0).toUpperCase()}${filled.slice(1)}.`;
}

function sighting({ program, version, source }: Sighting): string {
  return source === undefined ? `${program} ${version}` : `in the source of ${program} ${version}: ${source}`;
}

if (import.meta.main) await writeFile(PAGE, (await failurePage()).wanted);
