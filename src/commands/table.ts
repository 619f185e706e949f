/** Rows as text, each column as wide as its widest cell; a column whose title begins with `>` stands at the right. */
export function renderTable(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const heads = titles.map((title) => title.replace(/^>/, ''));
  const widths = heads.map((head, at) => Math.max(head.length, ...rows.map((row) => row[at]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, at) => (titles[at]?.startsWith('>') ? cell.padStart(widths[at] ?? 0) : cell.padEnd(widths[at] ?? 0)))
      .join('  ')
      .trimEnd();
  return [heads, ...rows].map(line).join('\n');
}
