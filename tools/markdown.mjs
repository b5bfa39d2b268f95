// Reads Markdown as far as the checks need it.

/**
 * @param {string} text
 * @returns {{ language: string, words: string[], code: string, line: number }[]} Fenced blocks;
 *   `words` is what follows the language on the fence.
 */
export function listBlocks(text) {
  const blocks = [];
  let open;
  text.split('\n').forEach((row, index) => {
    if (open === undefined) {
      const fence = /^(`{3,})(\S*)\s*(.*)$/.exec(row);
      if (fence === null) return;
      const [, ticks, language, rest] = fence;
      const words = rest.split(/\s+/).filter((word) => word !== '');
      open = { ticks, block: { language, words, code: '', line: index + 1 } };
    } else if (row.trim() === open.ticks) {
      blocks.push(open.block);
      open = undefined;
    } else {
      open.block.code += `${row}\n`;
    }
  });
  return blocks;
}

/** The text with fenced blocks as empty lines. */
export function withoutBlocks(text) {
  let ticks;
  return text
    .split('\n')
    .map((row) => {
      const fence = /^(`{3,})/.exec(row)?.[1];
      const wasOpen = ticks !== undefined;
      if (fence !== undefined) ticks = wasOpen ? (row.trim() === ticks ? undefined : ticks) : fence;
      return wasOpen || fence !== undefined ? '' : row;
    })
    .join('\n');
}

/** @returns {{ target: string, line: number }[]} Links and images, code aside. */
export function listLinks(text) {
  return withoutBlocks(text)
    .split('\n')
    .flatMap((row, index) =>
      [...row.replaceAll(/`[^`]*`/g, '').matchAll(/\]\(\s*<?([^)\s>]+)/g)].map((match) => ({
        target: match[1],
        line: index + 1,
      })),
    );
}

/** The anchors of a text's headings, as GitHub makes them. */
export function listAnchors(text) {
  return [...withoutBlocks(text).matchAll(/^#{1,6}\s+(.+)$/gm)].map(([, heading]) =>
    heading
      .trim()
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(/\s/g, '-'),
  );
}

/** The rows of the first table under a heading that matches, cells trimmed; without its head. */
export function tableUnder(text, heading) {
  const rows = text.split('\n');
  const start = rows.findIndex((row) => /^#{1,6}\s/.test(row) && heading.test(row));
  if (start < 0) return [];
  const end = rows.findIndex((row, index) => index > start && /^#{1,6}\s/.test(row));
  return rows
    .slice(start + 1, end < 0 ? undefined : end)
    .filter((row) => row.startsWith('|'))
    .slice(2)
    .map((row) =>
      row
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}
