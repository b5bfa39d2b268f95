/** A beginning that is shorter is not worth a look. */
const minLength = 2048;
/** Longer texts are quoted as they are: what is kept of one keeps all of it in memory. */
const maxLength = 256 * 1024;
/** Of different beginnings: prompts and requests of a few models. The one used longest ago goes. */
const maxBeginnings = 8;

interface Beginning {
  text: string;
  /** As JSON, without the quote at its end. */
  quoted: string;
}

/**
 * Quotes texts as `JSON.stringify` does. Bodies of different turns begin alike, with the same tools
 * and the same system prompt: what such a beginning becomes is kept. Not concurrent.
 */
export function createBodyQuoter(): (text: string) => string {
  const beginnings: Beginning[] = [];

  return (text) => {
    if (text.length < minLength || text.length > maxLength) return JSON.stringify(text);
    const place = beginnings.findIndex((known) => text.startsWith(known.text.slice(0, minLength)));
    if (place < 0) {
      const quoted = JSON.stringify(text);
      beginnings.unshift({ text, quoted: quoted.slice(0, -1) });
      if (beginnings.length > maxBeginnings) beginnings.pop();
      return quoted;
    }
    const [known] = beginnings.splice(place, 1);
    if (known === undefined) return JSON.stringify(text);
    beginnings.unshift(known);
    if (!text.startsWith(known.text)) shorten(known, text);
    return known.quoted + JSON.stringify(text.slice(known.text.length)).slice(1);
  };
}

/** To what both have in common, but never to the half of a character. */
function shorten(known: Beginning, other: string): void {
  let shared = 0;
  let beyond = Math.min(known.text.length, other.length) + 1;
  while (beyond - shared > 1) {
    const middle = (shared + beyond) >> 1;
    if (other.startsWith(known.text.slice(0, middle))) shared = middle;
    else beyond = middle;
  }
  const last = known.text.charCodeAt(shared - 1);
  if (last >= 0xd800 && last < 0xdc00) shared -= 1;
  known.text = known.text.slice(0, shared);
  known.quoted = JSON.stringify(known.text).slice(0, -1);
}
