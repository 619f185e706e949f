import { table } from '../table.ts';
import type { Bar, Group } from './bars.ts';
import { PHASE_NAMES, total } from './phases.ts';
import { middle, type Row } from './samples.ts';

/** The name of the row that all others are compared with. */
export const LEAST = 'cp, unpack, runc restore';

/** One size of memory in MiB, and its rows. */
export interface Measured {
  readonly mebibytes: number;
  readonly rows: readonly Row[];
}

/**
 * The rows of one size as a table: all seconds, GiB of memory a second, the ratio to the least, and each part. Below it,
 * why a row has none of them.
 */
export function tableOf({ mebibytes, rows }: Measured): string {
  const head = [`${mebibytes} MiB`, 'seconds', 'GiB/s', 'to least', ...PHASE_NAMES];
  const least = leastOf(rows);
  const failures = rows.flatMap(({ name, failure }) => (failure === undefined ? [] : [`${name} FAILED: ${failure}`]));
  const measured = table(
    head,
    rows.map((row) => {
      const seconds = middle(row);
      if (seconds === undefined) return [row.name, 'FAILED', ...head.slice(2).map(() => '')];
      const all = total(seconds);
      const speed = (mebibytes / 1024 / all).toFixed(3);
      const parts = PHASE_NAMES.map((phase) => seconds[phase]?.toFixed(2) ?? '');
      return [row.name, all.toFixed(2), speed, ratio(all, least), ...parts];
    }),
  );
  return [measured, ...failures].join('\n');
}

/** The same for the plot; rows that failed are left out. */
export function groupOf({ mebibytes, rows }: Measured): Group {
  const least = leastOf(rows);
  const bars = rows.flatMap((row): Bar[] => {
    const seconds = middle(row);
    if (seconds === undefined) return [];
    const all = total(seconds);
    const parts = PHASE_NAMES.flatMap((phase) => {
      const length = seconds[phase];
      return length === undefined ? [] : [{ phase, length }];
    });
    const note = [`${all.toFixed(2)} s`, ...(row.name === LEAST ? [] : [ratio(all, least)])];
    return [{ name: row.name, note: note.filter(Boolean).join(' · '), parts }];
  });
  return { name: `${mebibytes >= 1024 ? `${mebibytes / 1024} GiB` : `${mebibytes} MiB`} of memory`, bars };
}

function leastOf(rows: readonly Row[]): number | undefined {
  const row = rows.find(({ name }) => name === LEAST);
  const seconds = row && middle(row);
  return seconds && total(seconds);
}

function ratio(all: number, least: number | undefined): string {
  return least === undefined ? '' : `${(all / least).toFixed(1)} x`;
}
