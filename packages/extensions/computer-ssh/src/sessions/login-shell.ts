/**
 * The command line that has the user's login shell, whichever it is, run a text in the POSIX shell:
 * within the quotes stands nothing that sh, csh or fish would read in their own ways. Pure.
 */
export function forLoginShell(text: string): string {
  const plain = text.replace(/[\\'!\n]/g, (character) => {
    return `\\0${character.charCodeAt(0).toString(8).padStart(3, '0')}`;
  });
  return `exec /bin/sh -c 'eval "$(printf %b "$0")"' '${plain}'`;
}

/** A word of POSIX shell text that stands for exactly this string, on one line. `$_nl` has to be a line's end. Pure. */
export function shellWord(word: string): string {
  return `'${word.replaceAll("'", `'\\''`).replaceAll('\n', `'"$_nl"'`)}'`;
}

/** What makes `$_nl` a line's end. */
export const defineNewline = `_nl='\n'`;
