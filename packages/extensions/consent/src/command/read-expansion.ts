import { Scanner, Unclear } from './scanner.ts';

/** Reads commands up to the end of the text or, `isNested`, to a closing parenthesis, which it leaves there. */
export type ReadCommands = (scanner: Scanner, isNested: boolean) => void;

export interface Expansion {
  /** In double quotes: it may still be several words. */
  readonly mayBeMany: boolean;
  /** It is the path of the user's home. */
  readonly isHome: boolean;
}

const plain: Expansion = { mayBeMany: false, isHome: false };
const many: Expansion = { mayBeMany: true, isHome: false };
const home: Expansion = { mayBeMany: false, isHome: true };

/** What a `$` begins; undefined where it stands for itself. Then the place is behind it. */
export function readExpansion(
  scanner: Scanner,
  isQuoted: boolean,
  readCommands: ReadCommands,
): Expansion | undefined {
  scanner.at += 1;
  const next = scanner.peek();
  if (next === '(') {
    if (scanner.peek(1) === '(') readArithmetic(scanner, readCommands);
    else readSubstitution(scanner, '$(…)', readCommands);
    return plain;
  }
  if (next === '{') return readBraces(scanner, isQuoted, readCommands);
  if (next === '[') throw new Unclear('$[…] is read differently by other shells');
  if (next === '\\' && scanner.peek(1) === '\n') throw new Unclear('a `$` stands at a line’s end');
  const name = /^(?:[A-Za-z_][A-Za-z0-9_]*|[0-9@*#?$!-])/.exec(
    scanner.text.slice(scanner.at, scanner.at + 256),
  )?.[0];
  if (name === undefined) return undefined;
  scanner.at += name.length;
  if (name === 'HOME') return home;
  return name === '@' ? many : plain;
}

/** `(` to `)`: commands whose output is used. The place is on the parenthesis. */
export function readSubstitution(
  scanner: Scanner,
  within: string,
  readCommands: ReadCommands,
): void {
  if (scanner.pending.length > 0) throw new Unclear('a substitution stands behind a here-document');
  scanner.at += 1;
  scanner.nested(within, () => readCommands(scanner, true));
  if (scanner.peek() !== ')') throw new Unclear('a parenthesis is not closed');
  if (scanner.pending.length > 0) {
    throw new Unclear('a here-document begins in a substitution and ends outside');
  }
  scanner.at += 1;
}

/** `` `…` ``: its text is unescaped once, then read as commands of its own. */
export function readBackquoted(
  scanner: Scanner,
  isQuoted: boolean,
  readCommands: ReadCommands,
): void {
  let inner = '';
  scanner.at += 1;
  for (;;) {
    const character = scanner.peek();
    if (character === '') throw new Unclear('a backquote is not closed');
    scanner.at += 1;
    if (character === '`') break;
    const next = scanner.peek();
    if (character === '\\' && (`$\`\\`.includes(next) || (isQuoted && next === '"'))) {
      if (next === '') throw new Unclear('a backquote is not closed');
      inner += next;
      scanner.at += 1;
    } else inner += character;
  }
  scanner.nested('`…`', () => {
    const own = new Scanner(inner, scanner.findings, scanner.depth, scanner.within);
    readCommands(own, false);
  });
}

/** `$((…))`: only what is nested in it runs anything. The place is on the first parenthesis. */
function readArithmetic(scanner: Scanner, readCommands: ReadCommands): void {
  scanner.at += 2;
  let open = 0;
  for (;;) {
    const character = scanner.peek();
    if (character === '') throw new Unclear('a parenthesis is not closed');
    if (character === '(') open += 1;
    if (character === ')') {
      if (open === 0) break;
      open -= 1;
    }
    if (`'"\\\0#`.includes(character))
      throw new Unclear('its arithmetic is read differently by other shells');
    if (character === '$')
      scanner.nested(undefined, () => readExpansion(scanner, true, readCommands));
    else if (character === '`') readBackquoted(scanner, true, readCommands);
    else scanner.at += 1;
  }
  if (scanner.peek(1) !== ')') throw new Unclear('`$((` may begin a substitution or arithmetic');
  scanner.at += 2;
}

/** `${…}`. The place is on the brace. */
function readBraces(scanner: Scanner, isQuoted: boolean, readCommands: ReadCommands): Expansion {
  const start = scanner.at;
  scanner.at += 1;
  if (!/[A-Za-z0-9_@*#?$!-]/.test(scanner.peek())) {
    throw new Unclear('`${` begins nothing that is known');
  }
  let open = 1;
  while (open > 0) {
    const character = scanner.peek();
    if (character === '') throw new Unclear('a brace is not closed');
    if (character === '\\') {
      if (scanner.peek(1) === '') throw new Unclear('it ends in a backslash');
      scanner.at += 2;
    } else if (`'"{()\0`.includes(character)) {
      // Whether these are quotes, or count as braces, differs with what stands around and the shell.
      throw new Unclear('what stands in an expansion is read differently by other shells');
    } else if (character === '$') {
      // A special parameter's name, `${$}`, is no expansion of its own.
      if (scanner.at === start + 1) scanner.at += 1;
      else scanner.nested(undefined, () => readExpansion(scanner, isQuoted, readCommands));
    } else if (character === '`') {
      readBackquoted(scanner, isQuoted, readCommands);
    } else {
      if (character === '}') open -= 1;
      scanner.at += 1;
    }
  }
  const inner = scanner.text.slice(start + 1, scanner.at - 1);
  if (/@[A-Za-z]$/.test(inner))
    scanner.remark('an expansion with `@` may run what a variable holds');
  if (inner === 'HOME') return home;
  return inner.includes('@') ? many : plain;
}
