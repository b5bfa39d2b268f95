/** One line of an SSH configuration: its keyword in lower case, and its arguments. Pure. */
export function readConfigLine(
  line: string,
): { readonly keyword: string; readonly words: readonly string[] } | undefined {
  const match = /^([A-Za-z]+)(?:\s*=\s*|\s+)(.*)$/.exec(line.trim());
  if (match === null) return undefined;
  const [, keyword = '', rest = ''] = match;
  const words: string[] = [];
  for (const [, quoted, plain = ''] of rest.matchAll(/"([^"]*)"|(\S+)/g)) {
    if (plain.startsWith('#')) break;
    words.push(quoted ?? plain);
  }
  return { keyword: keyword.toLowerCase(), words };
}

/**
 * Whether a word of a `Host` line names one computer, and may be given to `ssh`: no pattern, no
 * negation, nothing that `ssh` or a shell would read as anything but a name. Pure.
 */
export function isAlias(word: string): boolean {
  return (
    word !== '' &&
    word.length <= 255 &&
    !word.startsWith('-') &&
    !/[\s\p{Cc}%@!*?,"'`\\$;&<>|(){}]/u.test(word)
  );
}
