import type { Result } from './row.ts';

const heads = ['row', 'figure', 'ours', 'floor', 'result', 'bar', ''] as const;

/** The results as a Markdown table, its columns aligned so that it reads in a terminal too. */
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
  const widths = heads.map((head, column) =>
    Math.max(3, head.length, ...lines.map((line) => line[column]?.length ?? 0)),
  );
  const join = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const rule = widths.map((width) => '-'.repeat(width));
  return [heads, rule, ...lines].map(join).join('\n');
}
