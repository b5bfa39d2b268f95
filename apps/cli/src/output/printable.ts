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
