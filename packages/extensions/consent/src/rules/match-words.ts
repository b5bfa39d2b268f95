import { basename } from '../command/basename.ts';
import type { SimpleCommand, Word } from '../command/command-line.ts';
import { matchesPieces } from './match-text.ts';

/** Whether a rule fits: `maybe` where only the run could tell. */
export type Match = 'no' | 'maybe' | 'yes';

const order: readonly Match[] = ['no', 'maybe', 'yes'];

export function strongest(matches: readonly Match[]): Match {
  return order[Math.max(0, ...matches.map((match) => order.indexOf(match)))] ?? 'no';
}

export function weaker(a: Match, b: Match): Match {
  return order[Math.min(order.indexOf(a), order.indexOf(b))] ?? 'no';
}

/** A word of a pattern, split at its stars; `any` stands for any number of words. */
type PatternWord = 'any' | readonly string[];

/**
 * `git commit *`: words, quoted as in a shell where they hold blanks or stars. `*` stands for any
 * characters of one word; alone at the end, and as `**` anywhere, for any number of words.
 */
export function parsePattern(text: string): readonly PatternWord[] {
  const words: (readonly string[])[] = [];
  for (const [raw] of text.matchAll(/(?:[^\s'"\\]|\\.|'[^']*'|"(?:[^"\\]|\\.)*"|['"\\])+/gs)) {
    const pieces = [''];
    for (const [piece] of raw.matchAll(/\*|\\.|'[^']*'|"(?:[^"\\]|\\.)*"|[^*\\'"]+|['"\\]/gs)) {
      if (piece === '*') pieces.push('');
      else pieces.push(`${pieces.pop()}${unquote(piece)}`);
    }
    words.push(pieces);
  }
  return words.map((pieces, index) => {
    const stars = pieces.every((piece) => piece === '') ? pieces.length - 1 : 0;
    return stars > 1 || (stars === 1 && index === words.length - 1) ? 'any' : pieces;
  });
}

function unquote(piece: string): string {
  if (piece.length > 1 && piece.startsWith("'")) return piece.slice(1, -1);
  if (piece.length > 1 && piece.startsWith('"')) return piece.slice(1, -1).replace(/\\(.)/gs, '$1');
  return piece.length > 1 && piece.startsWith('\\') ? piece.slice(1) : piece;
}

/** The word as a pattern that fits it alone. */
export function quoteWord(text: string): string {
  return /^[^\s'"\\*]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** A command as it stands: what is assigned in front counts. For rules that allow. */
export function matchesExactly(pattern: string, { assignments, words }: SimpleCommand): Match {
  return matchWords(parsePattern(pattern), [...assignments, ...words]);
}

/**
 * A command by its name alone as well, whatever its folder, and without what is assigned in front.
 * For rules that deny or ask.
 */
export function matchesLoosely(pattern: string, command: SimpleCommand): Match {
  const parsed = parsePattern(pattern);
  const [first, ...rest] = command.words;
  const matches = [matchesExactly(pattern, command), matchWords(parsed, command.words)];
  if (first?.text?.includes('/') === true) {
    matches.push(matchWords(parsed, [{ ...first, text: basename(first.text) }, ...rest]));
  }
  return strongest(matches);
}

/** Row by row from the end: time in proportion to the product of both lengths. */
function matchWords(pattern: readonly PatternWord[], words: readonly Word[]): Match {
  let below: readonly Match[] = [];
  for (let place = pattern.length; place >= 0; place -= 1) {
    const row: Match[] = Array.from({ length: words.length + 1 }, () => 'no');
    const wanted = pattern[place];
    for (let at = words.length; at >= 0; at -= 1) {
      row[at] = matchHere(wanted, words[at], {
        next: row[at + 1] ?? 'no',
        below: below[at] ?? 'no',
        belowNext: below[at + 1] ?? 'no',
      });
    }
    below = row;
  }
  return below[0] ?? 'no';
}

interface Neighbours {
  /** The same pattern from the next word on. */
  readonly next: Match;
  /** The rest of the pattern from this word on. */
  readonly below: Match;
  readonly belowNext: Match;
}

function matchHere(
  wanted: PatternWord | undefined,
  word: Word | undefined,
  { next, below, belowNext }: Neighbours,
): Match {
  if (wanted === undefined && word === undefined) return 'yes';
  // What may be no word at all may also not be there.
  const skipped = word !== undefined && !word.isOne ? weaker('maybe', next) : 'no';
  if (wanted === undefined) return skipped;
  if (wanted === 'any') return strongest([below, next]);
  if (word === undefined) return 'no';
  if (word.text !== undefined) return matchesPieces(wanted, word.text) ? belowNext : 'no';
  const isAnyWord = wanted.length > 1 && wanted.every((piece) => piece === '');
  if (word.isOne) return isAnyWord ? belowNext : weaker('maybe', belowNext);
  return strongest([skipped, weaker('maybe', below), weaker('maybe', belowNext)]);
}
