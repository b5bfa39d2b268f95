import type { Redirection } from './command-line.ts';
import type { ReadCommands } from './read-expansion.ts';
import { readSubstitution } from './read-expansion.ts';
import { readWord } from './read-word.ts';
import { type Scanner, Unclear } from './scanner.ts';

/** Longest first. */
const operators = [
  '&>>',
  '<<<',
  '<<-',
  '&>',
  '<<',
  '>>',
  '<>',
  '>|',
  '<&',
  '>&',
  '<',
  '>',
] as const;

/** `<(…)` and `>(…)` are words whose commands run beside. True where one was read. */
export function readProcessSubstitution(scanner: Scanner, readCommands: ReadCommands): boolean {
  const character = scanner.peek();
  if ((character !== '<' && character !== '>') || scanner.peek(1) !== '(') return false;
  scanner.at += 1;
  readSubstitution(scanner, `${character}(…)`, readCommands);
  return true;
}

/**
 * A redirection at this place: false where there is none, true where it touches no file (a
 * descriptor, a here-document).
 */
export function readRedirection(
  scanner: Scanner,
  readCommands: ReadCommands,
): Redirection | boolean {
  const number =
    /^[0-9]{1,9}(?=[<>])/.exec(scanner.text.slice(scanner.at, scanner.at + 10))?.[0] ?? '';
  const operator = operators.find((known) =>
    scanner.text.startsWith(known, scanner.at + number.length),
  );
  if (operator === undefined) return false;
  scanner.at += number.length + operator.length;
  scanner.skipBlanks();
  const target = readWord(scanner, readCommands);
  if (target === undefined) throw new Unclear('a redirection names nothing');
  // A shell takes such a number for the next one's descriptor, and this one for nothing.
  if (/^[0-9]+$/.test(target.raw) && /[<>]/.test(scanner.peek() ?? '')) {
    throw new Unclear('a redirection names nothing');
  }
  if (operator === '<<' || operator === '<<-') {
    if (/[$`]/.test(target.raw)) throw new Unclear("a here-document's end is not plain");
    const delimiter = target.text ?? target.raw;
    const isLiteral = target.bareText === undefined;
    if (target.text === undefined && /['"\\]/.test(target.raw)) {
      throw new Unclear("a here-document's end is not plain");
    }
    scanner.pending.push({ delimiter, isLiteral, stripsTabs: operator === '<<-' });
    return true;
  }
  if (operator === '<<<') return true;
  if (operator === '<&' || operator === '>&') {
    if (/^([0-9]+-?|-)$/.test(target.bareText ?? '')) return true;
    if (operator === '<&') throw new Unclear('it reads from a descriptor that is not known');
  }
  const access = operator === '<' ? 'read' : 'write';
  return { operator: number + operator, access, target };
}
