import type { MutationReport, MutationResult } from './try-mutations.ts';

const heads = ['mutation', 'what is broken', 'histories', 'found by'] as const;

/** One line for who waits. */
export function formatResult({ mutation, found, problem }: MutationResult): string {
  const { name } = mutation;
  if (found !== undefined) {
    return `found   ${name}: ${found.rule} in the history of seed ${found.seed}`;
  }
  return `LIVES   ${name}${problem === undefined ? '' : `: ${problem}`}`;
}

/** The results as a Markdown table, its columns aligned so that it reads in a terminal too. */
export function formatTable({ results, histories }: MutationReport): string {
  const lines = results.map(({ mutation: { name, about }, found }) => [
    name,
    about,
    placeOf(found, histories),
    found === undefined ? 'NOT FOUND' : `\`${found.rule}\``,
  ]);
  const widths = heads.map((head, column) =>
    Math.max(head.length, ...lines.map((line) => line[column]?.length ?? 0)),
  );
  const join = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [heads, widths.map((width) => '-'.repeat(width)), ...lines].map(join).join('\n');
}

/** How many histories it took from seed 0 on, or the seed that is known to find what is rarer. */
function placeOf(found: MutationResult['found'], histories: number): string {
  if (found === undefined) return `${histories}`;
  return found.seed < histories ? `${found.seed + 1}` : `seed ${found.seed}`;
}
