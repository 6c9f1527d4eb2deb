/** Cells under each other; `paint` is applied after the widths are known, since colours take no room. */
export function columns(
  rows: readonly (readonly string[])[],
  paint: (cell: string) => string = (cell) => cell,
): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => [...(row[column] ?? '')].length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => {
          const gap = column === row.length - 1 ? 0 : (widths[column] ?? 0) - [...cell].length;
          return paint(cell) + ' '.repeat(gap);
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
