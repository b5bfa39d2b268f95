/** A word of a pattern, split at its stars; `any` stands for any number of words. */
export type PatternWord = 'any' | readonly string[];

export type CommandPattern = readonly PatternWord[];

/**
 * `git commit *`: words, quoted as in a shell where they hold blanks or stars. `*` stands for any
 * characters of one word; alone at the end, and as `**` anywhere, for any number of words.
 */
export function parsePattern(text: string): CommandPattern {
  const words: (readonly string[])[] = [];
  for (const [raw] of text.matchAll(/(?:[^\s'"\\]|\\.|'[^']*'|"(?:[^"\\]|\\.)*"|['"\\])+/gs)) {
    const pieces = [''];
    for (const [piece] of raw.matchAll(/\*|\\.|'[^']*'|"(?:[^"\\]|\\.)*"|[^*\\'"]+|['"\\]/gs)) {
      if (piece === '*') pieces.push('');
      else pieces.push(`${pieces.pop()}${unquote(piece)}`);
    }
    words.push(pieces);
  }
  return words.map((pieces, index) => {
    const stars = pieces.every((piece) => piece === '') ? pieces.length - 1 : 0;
    return stars > 1 || (stars === 1 && index === words.length - 1) ? 'any' : pieces;
  });
}

function unquote(piece: string): string {
  if (piece.length > 1 && piece.startsWith("'")) return piece.slice(1, -1);
  if (piece.length > 1 && piece.startsWith('"')) return piece.slice(1, -1).replace(/\\(.)/gs, '$1');
  return piece.length > 1 && piece.startsWith('\\') ? piece.slice(1) : piece;
}

/** The word as a pattern that fits it alone. */
export function quoteWord(text: string): string {
  return /^[^\s'"\\*]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
