import type { Decision } from '../controller/migration/restored-pod/rules/row.ts';

/** Each decision on a line of its own, in columns: what was done, with which field, and why. */
export function explainDecisions(decisions: readonly Decision[]): string {
  const fields = Math.max(0, ...decisions.map(({ field }) => field.length));
  const lines = decisions.map(
    ({ outcome, field, reason }) => `${outcome.padEnd('dropped'.length)}  ${field.padEnd(fields)}  ${reason}`,
  );
  return lines.join('\n');
}
