import type { Result } from './row.ts';

const heads = ['row', 'figure', 'ours', 'beside it', 'result', 'bar', ''] as const;

/**
 * The results as a Markdown table, its columns aligned so that it reads in a terminal too. Columns in
 * which nothing stands are left out.
 */
export function markdownTable(results: readonly Result[]): string {
  const lines = results.map((result) => [
    result.row,
    result.figure,
    result.ours,
    result.floor,
    result.value,
    result.bar,
    result.isMet === undefined ? '' : result.isMet ? 'met' : 'MISSED',
  ]);
  const isFilled = heads.map((_, column) =>
    lines.some((line) => line[column] !== '-' && line[column] !== ''),
  );
  const filled = [heads, ...lines].map((cells) => cells.filter((_, column) => isFilled[column]));
  const widths = (filled[0] ?? []).map((_, column) =>
    Math.max(3, ...filled.map((cells) => cells[column]?.length ?? 0)),
  );
  const join = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const [head = [], ...body] = filled;
  return [head, widths.map((width) => '-'.repeat(width)), ...body].map(join).join('\n');
}
