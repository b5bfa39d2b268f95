/** True where the whole text fits; `*` stands for any characters, none too. Takes time in proportion to both lengths' product at worst. */
export function matchesText(pattern: string, text: string): boolean {
  return matchesPieces(pattern.split('*'), text);
}

/** As `matchesText`, of a pattern that was split at its stars. */
export function matchesPieces(pieces: readonly string[], text: string): boolean {
  const [first = '', ...others] = pieces;
  const last = others.pop();
  if (last === undefined) return text === first;
  if (text.length < first.length + last.length) return false;
  if (!text.startsWith(first) || !text.endsWith(last)) return false;
  const end = text.length - last.length;
  let at = first.length;
  for (const piece of others) {
    const found = text.indexOf(piece, at);
    if (found === -1 || found + piece.length > end) return false;
    at = found + piece.length;
  }
  return true;
}
