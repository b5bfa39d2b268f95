/** Levels of arrays and objects that a request may have. Deeper ones exhaust the stack of whoever walks through them. */
export const maxNesting = 1000;

const quote = 0x22;
const backslash = 0x5c;

/** True of a JSON text with more than `maxNesting` levels. Reads the text once, without a stack of its own. */
export function isNestedTooDeeply(text: string): boolean {
  // Each level takes two characters.
  if (text.length <= 2 * maxNesting) return false;
  let depth = 0;
  let isInString = false;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (isInString) {
      if (code === backslash) index += 1;
      else if (code === quote) isInString = false;
    } else if (code === quote) isInString = true;
    else if (code === 0x5b || code === 0x7b) depth += 1;
    else if (code === 0x5d || code === 0x7d) depth -= 1;
    if (depth > maxNesting) return true;
  }
  return false;
}
