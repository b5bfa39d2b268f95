import type { Word } from './command-line.ts';
import { type ReadCommands, readBackquoted, readExpansion } from './read-expansion.ts';
import { type Scanner, Unclear } from './scanner.ts';
import { WordDraft } from './word-draft.ts';

/** Ends a word that is not quoted. */
const wordEnds = ' \t\n;&|<>()';

export interface ReadWord extends Word {
  /** Its text where nothing of it is quoted or expanded: reserved words and names are recognized by it. */
  readonly bareText?: string;
}

/** The word at this place; undefined where none begins here. What is nested in it goes to the findings. */
export function readWord(scanner: Scanner, readCommands: ReadCommands): ReadWord | undefined {
  if (scanner.peek() === '#') return undefined;
  const start = scanner.at;
  const draft = new WordDraft();
  while (!scanner.isAtEnd && !wordEnds.includes(scanner.peek())) {
    readPiece(scanner, draft, readCommands);
  }
  if (scanner.at === start) return undefined;
  const raw = scanner.text.slice(start, scanner.at);
  if (raw.replaceAll('\\\n', '') === '') return undefined;
  const { bareText } = draft;
  return { ...draft.finish(raw), ...(bareText === undefined ? {} : { bareText }) };
}

function readPiece(scanner: Scanner, draft: WordDraft, readCommands: ReadCommands): void {
  const character = scanner.peek();
  switch (character) {
    case '\\':
      readEscape(scanner, draft);
      return;
    case "'":
      draft.markQuoted();
      draft.quoted(readSingleQuoted(scanner));
      return;
    case '"':
      draft.markQuoted();
      scanner.at += 1;
      readDoubleQuoted(scanner, draft, '"', readCommands);
      return;
    case '`':
      readBackquoted(scanner, false, readCommands);
      draft.expansion(false);
      return;
    case '$':
      readDollar(scanner, draft, readCommands);
      return;
    case '\0':
      throw new Unclear('it holds a NUL character');
    default:
      draft.bare(character);
      scanner.at += 1;
  }
}

function readEscape(scanner: Scanner, draft: WordDraft): void {
  const next = scanner.peek(1);
  if (next === '') throw new Unclear('it ends in a backslash');
  if (next !== '\n') draft.quoted(next);
  scanner.at += 2;
}

function readDollar(scanner: Scanner, draft: WordDraft, readCommands: ReadCommands): void {
  const next = scanner.peek(1);
  if (next === "'" || next === '"') {
    // Shells differ in what these mean, and the first kind in where it ends.
    scanner.at += 1;
    if (next === '"') {
      scanner.at += 1;
      readDoubleQuoted(scanner, draft, '"', readCommands);
    } else if (readSingleQuoted(scanner).includes('\\')) {
      throw new Unclear("$'…' with a backslash ends elsewhere in other shells");
    }
    draft.markQuoted();
    draft.expansion(true);
    return;
  }
  const expansion = readExpansion(scanner, false, readCommands);
  if (expansion === undefined) draft.bare('$');
  else draft.expansion(false, expansion.isHome);
}

/** The text between the quotes; the place is on the first of them. */
function readSingleQuoted(scanner: Scanner): string {
  const end = scanner.text.indexOf("'", scanner.at + 1);
  if (end === -1) throw new Unclear('a quote is not closed');
  const text = scanner.text.slice(scanner.at + 1, end);
  if (text.includes('\0')) throw new Unclear('it holds a NUL character');
  scanner.at = end + 1;
  return text;
}

/**
 * What stands in double quotes, or in a here-document (`end` is empty then), up to `end` and past
 * it. What it stands for goes to the draft.
 */
export function readDoubleQuoted(
  scanner: Scanner,
  draft: WordDraft,
  end: '"' | '',
  readCommands: ReadCommands,
): void {
  for (;;) {
    const character = scanner.peek();
    if (character === '' && end === '') return;
    if (character === '') throw new Unclear('a quote is not closed');
    if (character === '\0') throw new Unclear('it holds a NUL character');
    if (character === end) {
      scanner.at += 1;
      return;
    }
    if (character === '`') {
      readBackquoted(scanner, end === '"', readCommands);
      draft.expansion(true);
    } else if (character === '$') {
      const expansion = readExpansion(scanner, true, readCommands);
      if (expansion === undefined) draft.quoted('$');
      else draft.expansion(!expansion.mayBeMany, expansion.isHome);
    } else if (character === '\\') {
      const next = scanner.peek(1);
      const isEscape = next !== '' && (`$\`\\\n`.includes(next) || next === end);
      if (!isEscape) draft.quoted('\\');
      else if (next !== '\n') draft.quoted(next);
      scanner.at += isEscape ? 2 : 1;
    } else {
      const length = lengthOfPlain(scanner);
      draft.quoted(scanner.text.slice(scanner.at, scanner.at + length));
      scanner.at += length;
    }
  }
}

function lengthOfPlain(scanner: Scanner): number {
  const special = /["$`\\\0]/g;
  special.lastIndex = scanner.at + 1;
  const found = special.exec(scanner.text);
  return (found?.index ?? scanner.text.length) - scanner.at;
}
