import { readFile, writeFile } from 'node:fs/promises';
import { ERROR_CODES, type ErrorCode, EXIT_CODES, WARNING_CODES } from '../src/errors.ts';

// Writes the tables of docs/errors.md from the one place where errors are defined: node scripts/error-table.ts
const PAGE = new URL('../docs/errors.md', import.meta.url);

/** The page with its tables made anew between their marks. */
export async function errorPage(): Promise<{ now: string; wanted: string }> {
  const now = await readFile(PAGE, 'utf8');
  const wanted = fill(fill(fill(now, 'exit codes', exitTable()), 'errors', errorTable()), 'warnings', warningTable());
  return { now, wanted };
}

function fill(page: string, mark: string, table: string): string {
  const [begin, end] = [`<!-- ${mark} -->`, `<!-- end of ${mark} -->`];
  const from = page.indexOf(begin);
  const to = page.indexOf(end);
  if (from < 0 || to < from) throw new Error(`docs/errors.md lacks the marks ${begin} and ${end}`);
  return `${page.slice(0, from + begin.length)}\n${table}\n${page.slice(to)}`;
}

function exitTable(): string {
  const rows = Object.entries(EXIT_CODES).sort(([, a], [, b]) => a - b);
  return [
    '| exit code | kind |',
    '|---|---|',
    '| 0 | it worked |',
    ...rows.map(([kind, code]) => `| ${code} | ${kind} |`),
  ].join('\n');
}

function errorTable(): string {
  const codes = Object.keys(ERROR_CODES) as ErrorCode[];
  const row = (code: ErrorCode) =>
    `| \`${code}\` | ${EXIT_CODES[ERROR_CODES[code].kind]} | ${ERROR_CODES[code].means} |`;
  return ['| code | exit code | what it means |', '|---|---|---|', ...codes.map(row)].join('\n');
}

function warningTable(): string {
  const rows = Object.entries(WARNING_CODES).map(([code, means]) => `| \`${code}\` | ${means} |`);
  return ['| code | what it means |', '|---|---|', ...rows].join('\n');
}

if (import.meta.main) await writeFile(PAGE, (await errorPage()).wanted);
