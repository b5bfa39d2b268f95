import { characterOf, nameOfClass, type PatternReader } from './pattern-reader.ts';

/** The members of a class: characters, ranges of them, and classes of POSIX. */
interface Members {
  readonly characters: Set<string>;
  readonly ranges: string[];
  readonly named: Set<string>;
}

/** Characters that mean something in a bracket of POSIX, where a backslash does not help. */
const special = [']', '[', '^', '-'];

/** What every locale has in the same order, in either case. */
const orders = [/^[a-z]$/, /^[A-Z]$/, /^[0-9]$/];

/** Members of a range that can be named one by one. */
const maxSpelledOut = 1000;

/** Reads a class from behind its `[`, and writes it as a bracket of POSIX. */
export function readBracket(reader: PatternReader): string {
  const isNegated = reader.take('^');
  const members: Members = { characters: new Set(), ranges: [], named: new Set() };
  for (let isFirst = true; isFirst || !reader.take(']'); isFirst = false) {
    readMember(reader, members);
  }
  return write(members, isNegated);
}

function readMember(reader: PatternReader, members: Members): void {
  const posix = reader.takeMatch(/^\[:([a-z]+):\]/);
  if (posix !== undefined) {
    members.named.add(`[:${posix[1]}:]`);
    return;
  }
  refuseOperators(reader);
  const escaped = reader.takeMatch(/^\\([dws])/);
  if (escaped !== undefined) {
    members.named.add(nameOfClass(escaped[1] ?? ''));
    refuseOperators(reader);
    if (reader.startsWith('-') && !reader.startsWith('-]')) {
      throw reader.refusal('a range does not begin with a class: write \\- for the character');
    }
    return;
  }
  const low = reader.takeCharacter('the class is not closed with ]');
  refuseOperators(reader);
  const goesOn = reader.startsWith('-') && !reader.startsWith('-]');
  if (!goesOn) {
    members.characters.add(low);
    return;
  }
  reader.take('-');
  const high = reader.takeCharacter('the class is not closed with ]');
  addRange(reader, members, low, high);
}

/** Of sets: POSIX has none. */
function refuseOperators(reader: PatternReader): void {
  for (const operator of ['&&', '--', '~~', '[']) {
    if (reader.startsWith(operator)) {
      throw reader.refusal(
        `${operator} inside of [ ] is not supported here: write \\${operator[0]} for the character`,
      );
    }
  }
}

function addRange(reader: PatternReader, members: Members, low: string, high: string): void {
  const from = low.codePointAt(0) ?? 0;
  const to = high.codePointAt(0) ?? 0;
  if (to < from) throw reader.refusal(`the range ${low}-${high} runs backwards`);
  if (orders.some((order) => order.test(low) && order.test(high))) {
    members.ranges.push(`${low}-${high}`);
    return;
  }
  // Of others a locale need not know an order, nor GNU's `-i` keep it: every member is named.
  if (to - from > maxSpelledOut) throw reader.refusal(`the range ${low}-${high} is too wide`);
  for (let code = from; code <= to; code += 1) members.characters.add(characterOf(code));
}

/** `]` first, `-` last, `^` not first, and nothing behind a `[` that it could begin a name with. */
function write({ characters, ranges, named }: Members, isNegated: boolean): string {
  const plain = [...characters].filter((character) => !special.includes(character));
  const start = [characters.has(']') ? ']' : '', ...ranges, ...named, ...plain];
  const body = start.join('') + (characters.has('[') ? '[' : '');
  const dash = characters.has('-') ? '-' : '';
  if (!characters.has('^')) return `[${isNegated ? '^' : ''}${body}${dash}]`;
  if (isNegated || body !== '') return `[${isNegated ? '^' : ''}${body}^${dash}]`;
  return dash === '' ? '\\^' : '[-^]';
}
