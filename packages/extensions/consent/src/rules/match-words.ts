import { basename } from '../command/basename.ts';
import type { SimpleCommand, Word } from '../command/command-line.ts';
import type { CommandPattern, PatternWord } from './command-pattern.ts';
import { matchesPieces } from './match-text.ts';

/** Whether a rule fits: `maybe` where only the run could tell. */
export type Match = 'no' | 'maybe' | 'yes';

const order: readonly Match[] = ['no', 'maybe', 'yes'];
const [no, maybe, yes] = [0, 1, 2];

export function strongest(matches: readonly Match[]): Match {
  if (matches.includes('yes')) return 'yes';
  return matches.includes('maybe') ? 'maybe' : 'no';
}

export function weaker(a: Match, b: Match): Match {
  if (a === 'no' || b === 'no') return 'no';
  return a === 'maybe' ? a : b;
}

/** A command as it stands: what is assigned in front counts. For rules that allow. */
export function matchesExactly(
  pattern: CommandPattern,
  { assignments, words }: SimpleCommand,
): Match {
  return matchWords(pattern, assignments.length === 0 ? words : [...assignments, ...words]);
}

/**
 * A command by its name alone as well, whatever its folder, and without what is assigned in front.
 * For rules that deny or ask.
 */
export function matchesLoosely(pattern: CommandPattern, command: SimpleCommand): Match {
  const { assignments, words } = command;
  const matches = [matchWords(pattern, words)];
  if (assignments.length > 0) matches.push(matchesExactly(pattern, command));
  const [first, ...rest] = words;
  if (first?.text?.includes('/') === true) {
    matches.push(matchWords(pattern, [{ ...first, text: basename(first.text) }, ...rest]));
  }
  return strongest(matches);
}

/** The words that are known are compared one by one; only what they leave open takes more. */
function matchWords(pattern: CommandPattern, words: readonly Word[]): Match {
  let at = 0;
  for (; at < pattern.length; at += 1) {
    const wanted = pattern[at];
    if (wanted === 'any' && at === pattern.length - 1) return 'yes';
    const text = words[at]?.text;
    if (wanted === undefined || wanted === 'any' || text === undefined) break;
    if (!matchesPieces(wanted, text)) return 'no';
  }
  if (at < pattern.length) return matchRest(pattern.slice(at), words.slice(at));
  if (at === words.length) return 'yes';
  return words.slice(at).every(({ isOne }) => !isOne) ? 'maybe' : 'no';
}

/** Row by row from the end: time in proportion to the product of both lengths. */
function matchRest(pattern: CommandPattern, words: readonly Word[]): Match {
  let below = new Uint8Array(words.length + 2);
  below[words.length] = yes;
  for (let at = words.length - 1; at >= 0; at -= 1) {
    below[at] = words[at]?.isOne === false ? Math.min(maybe, below[at + 1] ?? no) : no;
  }
  for (let place = pattern.length - 1; place >= 0; place -= 1) {
    const row = new Uint8Array(words.length + 2);
    for (let at = words.length; at >= 0; at -= 1) {
      const next = row[at + 1] ?? no;
      row[at] = matchHere(
        pattern[place] ?? 'any',
        words[at],
        next,
        below[at] ?? no,
        below[at + 1] ?? no,
      );
    }
    below = row;
  }
  return order[below[0] ?? no] ?? 'no';
}

/**
 * @param next       The same pattern from the next word on.
 * @param below      The rest of the pattern from this word on.
 * @param belowNext  The rest of the pattern from the next word on.
 */
function matchHere(
  wanted: PatternWord,
  word: Word | undefined,
  next: number,
  below: number,
  belowNext: number,
): number {
  if (wanted === 'any') return Math.max(below, next);
  if (word === undefined) return no;
  if (word.text !== undefined) return matchesPieces(wanted, word.text) ? belowNext : no;
  const isAnyWord = wanted.length > 1 && wanted.every((piece) => piece === '');
  if (word.isOne) return isAnyWord ? belowNext : Math.min(maybe, belowNext);
  // It may be no word at all, the last one that is wanted, or go on behind it.
  return Math.min(maybe, Math.max(next, belowNext, below));
}
