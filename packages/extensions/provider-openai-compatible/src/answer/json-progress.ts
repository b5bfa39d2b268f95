const quote = 34;
const backslash = 92;
const openBrace = 123;
const closeBrace = 125;
const openBracket = 91;
const closeBracket = 93;

/**
 * Follows a JSON object as it comes in pieces and tells when it is closed. Looks at brackets and
 * strings alone: whether the text is JSON is for a parser to say. Each character costs once.
 */
export interface JsonProgress {
  /** True from the brace that closes the object on. */
  push(text: string): boolean;
}

export function createJsonProgress(): JsonProgress {
  let depth = 0;
  let isInString = false;
  let isEscaped = false;
  let isClosed = false;
  return {
    push(text) {
      for (let index = 0; index < text.length && !isClosed; index++) {
        const code = text.charCodeAt(index);
        if (isInString) {
          if (isEscaped) isEscaped = false;
          else if (code === backslash) isEscaped = true;
          else if (code === quote) isInString = false;
        } else if (code === quote) isInString = true;
        else if (code === openBrace || code === openBracket) depth += 1;
        else if (code === closeBrace || code === closeBracket) {
          depth -= 1;
          isClosed = depth === 0;
        }
      }
      return isClosed;
    },
  };
}
