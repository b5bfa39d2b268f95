import type { ReadCommands } from './read-expansion.ts';
import { readDoubleQuoted } from './read-word.ts';
import { Scanner, Unclear } from './scanner.ts';
import { WordDraft } from './word-draft.ts';

/** The bodies that follow a line's end; the place is behind it. What is expanded in them is read. */
export function readHereDocuments(scanner: Scanner, readCommands: ReadCommands): void {
  for (const { delimiter, isLiteral, stripsTabs } of scanner.pending.splice(0)) {
    const start = scanner.at;
    const end = findEnd(scanner, delimiter, stripsTabs);
    if (isLiteral) continue;
    const body = scanner.text.slice(start, end);
    // A continued line could hide the delimiter from one shell and show it to another.
    if (/\\\n/.test(body)) throw new Unclear('a here-document continues a line');
    const own = new Scanner(body, scanner.findings, scanner.depth, scanner.within);
    readDoubleQuoted(own, new WordDraft(), '', readCommands);
  }
}

/** Where the body ends; the place is moved behind the line of the delimiter. */
function findEnd(scanner: Scanner, delimiter: string, stripsTabs: boolean): number {
  while (!scanner.isAtEnd) {
    const start = scanner.at;
    const found = scanner.text.indexOf('\n', start);
    const end = found === -1 ? scanner.text.length : found;
    scanner.at = found === -1 ? end : end + 1;
    const line = scanner.text.slice(start, end);
    if ((stripsTabs ? line.replace(/^\t+/, '') : line) === delimiter) return start;
  }
  throw new Unclear('a here-document is not closed');
}
