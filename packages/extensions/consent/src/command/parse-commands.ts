import type { Redirection, Word } from './command-line.ts';
import { readHereDocuments } from './here-documents.ts';
import { readProcessSubstitution, readRedirection } from './read-redirection.ts';
import { type ReadWord, readWord } from './read-word.ts';
import { maxWords, type Scanner, Unclear } from './scanner.ts';

/** Words that end a list of commands, or part one. */
const closing = ['then', 'elif', 'else', 'fi', 'do', 'done', 'esac', '}'];
/** Words that begin what is not read here: shells differ in them, or they change what names mean. */
const strange = ['function', 'select', 'coproc'];
const opening = ['if', 'while', 'until', 'for', 'case', 'in', '{', '!'];
/** Words that are no commands where a command could stand. */
export const reservedWords: ReadonlySet<string> = new Set([...closing, ...strange, ...opening]);

/** All commands up to the end of the text, or, `isNested`, to a closing parenthesis, which stays. Throws `Unclear`. */
export function parseCommands(scanner: Scanner, isNested: boolean): void {
  parseList(scanner);
  if (isNested && scanner.peek() === ')') return;
  if (!scanner.isAtEnd) throw new Unclear(unexpected(scanner));
  if (scanner.pending.length > 0) throw new Unclear('a here-document is not closed');
}

/** Commands one after the other, up to something that ends a list: the end, `)`, `;;`, or one of `closing`. Returns how many. */
function parseList(scanner: Scanner): number {
  for (let count = 0; ; count += 1) {
    skipLines(scanner);
    if (isAtListEnd(scanner)) return count;
    parseAndOr(scanner);
    scanner.skipBlanks();
    scanner.skipComment();
    const character = scanner.peek();
    if (character === '\n' || isAtListEnd(scanner)) continue;
    if (character !== ';' && character !== '&') throw new Unclear(unexpected(scanner));
    scanner.at += 1;
  }
}

function isAtListEnd(scanner: Scanner): boolean {
  const character = scanner.peek();
  if (
    character === '' ||
    character === ')' ||
    scanner.startsWith(';;') ||
    scanner.startsWith(';&')
  ) {
    return true;
  }
  return closing.includes(peekName(scanner));
}

/** The plain word at this place, if only such characters stand there up to its end. */
function peekName(scanner: Scanner): string {
  const ahead = scanner.text.slice(scanner.at, scanner.at + 16);
  return /^(?:[a-z]+|[{}!])(?=[ \t\n;&|<>()]|$)/.exec(ahead)?.[0] ?? '';
}

function parseAndOr(scanner: Scanner): void {
  for (;;) {
    parsePipeline(scanner);
    scanner.skipBlanks();
    if (!scanner.startsWith('&&') && !scanner.startsWith('||')) return;
    scanner.at += 2;
    skipLines(scanner);
  }
}

function parsePipeline(scanner: Scanner): void {
  while (peekName(scanner) === '!') {
    scanner.at += 1;
    scanner.skipBlanks();
  }
  for (;;) {
    parseCommand(scanner);
    scanner.skipBlanks();
    if (scanner.peek() !== '|' || scanner.peek(1) === '|') return;
    if (scanner.peek(1) === '&') throw new Unclear('`|&` is read differently by other shells');
    scanner.at += 1;
    skipLines(scanner);
  }
}

function parseCommand(scanner: Scanner): void {
  const name = peekName(scanner);
  if (scanner.startsWith('((')) throw new Unclear('`((` is read differently by other shells');
  if (strange.includes(name)) throw new Unclear(`\`${name}\` is not understood`);
  if (closing.includes(name)) throw new Unclear(unexpected(scanner));
  const parse = scanner.peek() === '(' ? parseSubshell : compounds.get(name);
  if (parse === undefined) {
    parseSimpleCommand(scanner);
    return;
  }
  scanner.nested(undefined, () => parse(scanner));
  parseRedirections(scanner);
}

/** A list that may not be empty. */
function parseBlock(scanner: Scanner): void {
  if (parseList(scanner) === 0) throw new Unclear(unexpected(scanner));
}

function parseGroup(scanner: Scanner): void {
  scanner.at += 1;
  parseBlock(scanner);
  expect(scanner, '}');
}

function parseIf(scanner: Scanner): void {
  expect(scanner, 'if');
  for (;;) {
    parseBlock(scanner);
    expect(scanner, 'then');
    parseBlock(scanner);
    if (peekName(scanner) !== 'elif') break;
    expect(scanner, 'elif');
  }
  if (peekName(scanner) === 'else') {
    expect(scanner, 'else');
    parseBlock(scanner);
  }
  expect(scanner, 'fi');
}

function parseFor(scanner: Scanner): void {
  expect(scanner, 'for');
  scanner.skipBlanks();
  const name = word(scanner).bareText ?? '';
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) throw new Unclear('a `for` names no variable');
  skipLines(scanner);
  if (peekName(scanner) === 'in') {
    expect(scanner, 'in');
    do scanner.skipBlanks();
    while (readWord(scanner, parseCommands) !== undefined);
  }
  scanner.skipBlanks();
  if (scanner.peek() === ';' && scanner.peek(1) !== ';') scanner.at += 1;
  skipLines(scanner);
  parseBody(scanner);
}

function parseCase(scanner: Scanner): void {
  expect(scanner, 'case');
  scanner.skipBlanks();
  word(scanner);
  skipLines(scanner);
  expect(scanner, 'in');
  for (;;) {
    skipLines(scanner);
    if (peekName(scanner) === 'esac') break;
    parseBranch(scanner);
  }
  expect(scanner, 'esac');
}

const compounds: ReadonlyMap<string, (scanner: Scanner) => void> = new Map([
  ['{', parseGroup],
  ['if', parseIf],
  ['while', parseLoop],
  ['until', parseLoop],
  ['for', parseFor],
  ['case', parseCase],
]);

function parseSubshell(scanner: Scanner): void {
  scanner.at += 1;
  parseBlock(scanner);
  if (scanner.peek() !== ')') throw new Unclear('a parenthesis is not closed');
  scanner.at += 1;
}

function parseLoop(scanner: Scanner): void {
  scanner.at += peekName(scanner).length;
  parseBlock(scanner);
  parseBody(scanner);
}

function parseBody(scanner: Scanner): void {
  expect(scanner, 'do');
  parseBlock(scanner);
  expect(scanner, 'done');
}

/** `a|b) list ;;` */
function parseBranch(scanner: Scanner): void {
  if (scanner.peek() === '(') scanner.at += 1;
  for (;;) {
    scanner.skipBlanks();
    word(scanner);
    scanner.skipBlanks();
    if (scanner.peek() !== '|') break;
    scanner.at += 1;
  }
  if (scanner.peek() !== ')') throw new Unclear(unexpected(scanner));
  scanner.at += 1;
  parseList(scanner);
  const end = [';;&', ';;', ';&'].find((known) => scanner.startsWith(known));
  if (end !== undefined) scanner.at += end.length;
  else if (peekName(scanner) !== 'esac') throw new Unclear(unexpected(scanner));
}

function parseSimpleCommand(scanner: Scanner): void {
  const assignments: Word[] = [];
  const words: Word[] = [];
  const redirections: Redirection[] = [];
  for (;;) {
    scanner.skipBlanks();
    if (readProcessSubstitution(scanner, parseCommands)) {
      words.push({ raw: '<(…)', isOne: true });
      continue;
    }
    const redirection = readRedirection(scanner, parseCommands);
    if (redirection !== false) {
      if (redirection !== true) redirections.push(redirection);
      continue;
    }
    if (scanner.peek() === '#') break;
    if (assignments.length + words.length >= maxWords)
      throw new Unclear('a command has too many words');
    const next = readWord(scanner, parseCommands);
    if (next === undefined) break;
    if (/^\{.*\}$/s.test(next.raw) && '<>'.includes(scanner.peek() || ' ')) {
      throw new Unclear('`{name}>` is read differently by other shells');
    }
    if (words.length === 0 && reservedWords.has(next.bareText ?? '')) {
      throw new Unclear(`\`${next.bareText}\` is not expected there`);
    }
    if (
      words.length === 0 &&
      !isAssignment(next.raw) &&
      /^(?:[A-Za-z_]\w*\[|\]\]$)/.test(next.raw)
    ) {
      throw new Unclear(`\`${next.raw}\` is read differently by other shells`);
    }
    if (words.length === 0 && isAssignment(next.raw)) {
      if (scanner.peek() === '(') throw new Unclear('arrays are not understood');
      assignments.push(bare(next));
    } else words.push(bare(next));
    if (words.length === 1 && assignments.length === 0 && redirections.length === 0) {
      if (parseFunction(scanner, next)) return;
    }
  }
  if (words.length === 0 && assignments.length === 0 && redirections.length === 0) {
    // Here-documents and descriptors alone do nothing.
    if (!isAtCommandEnd(scanner)) throw new Unclear(unexpected(scanner));
    return;
  }
  // Bash reads on to `]]`, past what ends a command elsewhere.
  if (words[0]?.raw === '[[' && (words.at(-1)?.raw !== ']]' || redirections.length > 0)) {
    throw new Unclear('`[[` is read differently by other shells');
  }
  scanner.add({ assignments, words, redirections });
}

function isAtCommandEnd(scanner: Scanner): boolean {
  return scanner.pending.length > 0 && /^[\n;&|)#]?$/.test(scanner.peek());
}

/** `name() { … }`: its body counts as if it ran, and from here on the name is not what it seems. */
function parseFunction(scanner: Scanner, name: ReadWord): boolean {
  const place = scanner.at;
  scanner.skipBlanks();
  if (scanner.peek() !== '(') {
    scanner.at = place;
    return false;
  }
  scanner.at += 1;
  scanner.skipBlanks();
  if (scanner.peek() !== ')') throw new Unclear(unexpected(scanner));
  scanner.at += 1;
  skipLines(scanner);
  scanner.remark(`a function gives \`${name.raw}\` another meaning`);
  scanner.nested(`${name.raw}()`, () => parseCommand(scanner));
  return true;
}

function parseRedirections(scanner: Scanner): void {
  const redirections: Redirection[] = [];
  for (;;) {
    scanner.skipBlanks();
    const redirection = readRedirection(scanner, parseCommands);
    if (redirection === false) break;
    if (redirection !== true) redirections.push(redirection);
  }
  if (redirections.length > 0) scanner.add({ assignments: [], words: [], redirections });
}

/** Blanks, comments and ends of lines; behind an end of line stand the here-documents. */
function skipLines(scanner: Scanner): void {
  for (;;) {
    scanner.skipBlanks();
    scanner.skipComment();
    if (scanner.peek() !== '\n') return;
    scanner.at += 1;
    readHereDocuments(scanner, parseCommands);
  }
}

function expect(scanner: Scanner, name: string): void {
  if (peekName(scanner) !== name) throw new Unclear(`\`${name}\` is missing`);
  scanner.at += name.length;
}

function word(scanner: Scanner): ReadWord {
  const found = readWord(scanner, parseCommands);
  if (found === undefined) throw new Unclear(unexpected(scanner));
  return found;
}

function isAssignment(raw: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*(\[[^\]]*\])?\+?=/.test(raw);
}

function bare({ bareText: _, ...rest }: ReadWord): Word {
  return rest;
}

function unexpected(scanner: Scanner): string {
  const found = scanner.text.slice(scanner.at, scanner.at + 12);
  return found === '' ? 'it ends in the middle' : `${JSON.stringify(found)} is not expected there`;
}
