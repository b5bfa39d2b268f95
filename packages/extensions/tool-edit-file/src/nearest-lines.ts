const maxShown = 12;
const maxLineLength = 200;
/** Of a longer file, the first so many lines are looked at. */
const maxLines = 50_000;

/**
 * For who looked for a text that is not there: the lines of the file that are most like it, with
 * their numbers. Pure.
 */
export function describeNearest(text: string, wanted: string): string {
  const lines = text.split('\n').slice(0, maxLines);
  const wantedLines = wanted.replace(/\n$/, '').split('\n');
  const first = mostCommonLines(lines, wantedLines) ?? mostAlikeLine(lines, wantedLines);
  if (first === undefined) return 'Nothing in it is like that: read it with read_file.';
  const from = Math.max(0, first);
  const shown = lines.slice(from, from + Math.min(wantedLines.length + 2, maxShown));
  const numbered = shown.map(
    (line, index) => `${from + index + 1}\t${line.slice(0, maxLineLength)}`,
  );
  return `The nearest lines are, after their numbers:\n${numbered.join('\n')}\nCopy \`old\` from the file as it is, without the numbers.`;
}

/** Where the text would begin that has the most lines of the wanted one. */
function mostCommonLines(lines: readonly string[], wanted: readonly string[]): number | undefined {
  const places = new Map<string, number>();
  for (const [index, line] of wanted.entries()) {
    const content = line.trim();
    // A bracket alone says nothing of where it stands.
    if (content.length > 2 && !places.has(content)) places.set(content, index);
  }
  const votes = new Map<number, number>();
  let best: number | undefined;
  for (const [index, line] of lines.entries()) {
    const offset = places.get(line.trim());
    if (offset === undefined) continue;
    const start = index - offset;
    const count = (votes.get(start) ?? 0) + 1;
    votes.set(start, count);
    if (best === undefined || count > (votes.get(best) ?? 0)) best = start;
  }
  return best;
}

/** Where the line stands that is most like the longest of the wanted ones; too little is none. */
function mostAlikeLine(lines: readonly string[], wanted: readonly string[]): number | undefined {
  let longest = 0;
  for (const [index, line] of wanted.entries()) {
    if (line.trim().length > (wanted[longest]?.trim().length ?? 0)) longest = index;
  }
  const pairs = pairsOf(wanted[longest] ?? '');
  let best: number | undefined;
  let bestShare = 0.4;
  for (const [index, line] of lines.entries()) {
    const others = pairsOf(line);
    let common = 0;
    for (const pair of others) if (pairs.has(pair)) common += 1;
    const share = (2 * common) / (pairs.size + others.size);
    if (share > bestShare) [best, bestShare] = [index - longest, share];
  }
  return best;
}

/** Each two letters that stand side by side. */
function pairsOf(line: string): ReadonlySet<string> {
  const content = line.trim().slice(0, maxLineLength);
  const pairs = new Set<string>();
  for (let at = 0; at + 1 < content.length; at++) pairs.add(content.slice(at, at + 2));
  return pairs;
}
