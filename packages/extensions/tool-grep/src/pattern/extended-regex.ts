import { readBracket } from './bracket.ts';
import { nameOfClass, PatternReader } from './pattern-reader.ts';

/** A pattern for `grep -E`. */
export interface ExtendedRegex {
  readonly regex: string;
  /** The pattern begins with `(?i)`. */
  readonly isIgnoringCase: boolean;
}

/** So deep may groups stand in groups. */
const maxDepth = 200;

/**
 * Writes a pattern in the syntax of ripgrep in that of `grep -E`: both find the same lines. What the
 * other has no words for is refused, as is what ripgrep refuses: throws a clause that says what and
 * where. Which part of a line matches is not asked, so lazy and greedy are the same.
 */
export function toExtendedRegex(pattern: string): ExtendedRegex {
  const reader = new PatternReader(pattern);
  const flags = reader.takeMatch(/^\(\?([imsu]+)\)/)?.[1] ?? '';
  const regex = readChoices(reader, 0);
  if (!reader.isAtEnd) throw reader.refusal('a ) has no ( before it: write \\) for the character');
  return { regex, isIgnoringCase: flags.includes('i') };
}

function readChoices(reader: PatternReader, depth: number): string {
  if (depth > maxDepth) throw reader.refusal('groups stand too deep in one another');
  const choices = [readSequence(reader, depth)];
  while (reader.take('|')) choices.push(readSequence(reader, depth));
  if (choices.length === 1) return choices[0] ?? '';
  return choices.map((choice) => choice || '()').join('|');
}

function readSequence(reader: PatternReader, depth: number): string {
  let sequence = '';
  while (!reader.isAtEnd && !reader.startsWith('|') && !reader.startsWith(')')) {
    sequence += readRepeated(reader, readAtom(reader, depth));
  }
  return sequence;
}

function readRepeated(reader: PatternReader, atom: string): string {
  let repeated = atom;
  let isRepeated = false;
  for (;;) {
    const times = reader.takeMatch(/^(?:[*+?]|\{(\d+)(?:(,)(\d*))?\})/);
    if (times === undefined) return repeated;
    if (hasAnchorInside(atom)) {
      // GNU's grep loses its place in the line there.
      throw reader.refusal('a ^ or $ inside of a repeated group is not supported here');
    }
    const [text, least, , most = ''] = times;
    if (most !== '' && Number(most) < Number(least)) throw reader.refusal(`${text} runs backwards`);
    // Lazy: the same lines.
    reader.take('?');
    repeated = (isRepeated || /^\\?[\^$bB<>]$/.test(atom) ? `(${repeated})` : repeated) + text;
    isRepeated = true;
  }
}

/** Of an atom as `grep -E` has it: a group in which an anchor stands outside of brackets. */
function hasAnchorInside(atom: string): boolean {
  if (!atom.startsWith('(')) return false;
  return /[\^$]/.test(atom.replaceAll(/\\.|\[\^?\]?[^\]]*\]/g, ''));
}

function readAtom(reader: PatternReader, depth: number): string {
  if (reader.take('(')) return readGroup(reader, depth);
  if (reader.take('[')) return readBracket(reader);
  for (const same of ['.', '^', '$', '\\b', '\\B', '\\<', '\\>']) {
    if (reader.take(same)) return same;
  }
  if (reader.take('\\A')) return '^';
  if (reader.take('\\z')) return '$';
  const named = reader.takeMatch(/^\\([dwsDWS])/)?.[1];
  if (named !== undefined) {
    const isNegated = named !== named.toLowerCase();
    return `[${isNegated ? '^' : ''}${nameOfClass(named.toLowerCase())}]`;
  }
  for (const repeating of ['*', '+', '?', '{']) {
    if (reader.startsWith(repeating)) {
      throw reader.refusal(
        `${repeating} has nothing to repeat: write \\${repeating} for the character`,
      );
    }
  }
  const character = reader.takeCharacter('a character is missing');
  return /[\\.[(){*+?^$|]/.test(character) ? `\\${character}` : character;
}

function readGroup(reader: PatternReader, depth: number): string {
  if (reader.takeMatch(/^\?(?::|P?<[A-Za-z_]\w*>)/) === undefined && reader.startsWith('?')) {
    throw reader.refusal('(? of this kind is not supported here: no lookaround, no flags inside');
  }
  const choices = readChoices(reader, depth + 1);
  if (!reader.take(')')) throw reader.refusal('a ( is not closed: write \\( for the character');
  return `(${choices})`;
}
