// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/** Text that can do nothing to a terminal but show: no escape sequence survives without its start. */
export function printable(text: string): string {
  return text.replace(controls, '');
}

/** The start of a text on one line. */
export function oneLine(text: string, length: number): string {
  const line = printable(text.replace(/\s+/g, ' ')).trim();
  return line.length > length ? `${line.slice(0, length - 1)}…` : line;
}

// Marks of direction and characters without width: a reader would take the text for another one.
const misleading =
  /[\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g;

/** JSON, in which nothing that it holds is hidden from who reads it. */
export function exactText(json: string): string {
  return json.replace(
    misleading,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
