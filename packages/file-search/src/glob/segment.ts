/** Whether one name, the piece of a path between two `/`, is meant. */
export type MatchName = (name: string) => boolean;

type Token =
  | { readonly type: 'literal'; readonly character: string }
  | { readonly type: 'one' }
  | { readonly type: 'any' }
  | {
      readonly type: 'class';
      readonly isNegated: boolean;
      readonly has: (character: string) => boolean;
    };

/** A glob of one name, ready to be matched. */
export interface Segment {
  readonly matches: MatchName;
  /** The same or a wider set of names, in words that every dialect of globs reads the same way. */
  readonly widened: string;
}

/**
 * Compiles `*`, `?`, `[a-z]`, `[!a]`, `[[:alpha:]]` and `\` before a character that stands for itself.
 * Undefined where a bracket is not closed or a `\` stands last. Matching takes at most the product
 * of both lengths: patterns come from models and from repositories, so no regular expression of a
 * kind that goes back and forth is made of them.
 */
export function compileSegment(glob: string): Segment | undefined {
  const tokens = parseTokens(glob);
  if (tokens === undefined) return undefined;
  return {
    matches: quickMatch(tokens) ?? ((name) => matchTokens(tokens, name)),
    widened: widen(tokens),
  };
}

function parseTokens(glob: string): readonly Token[] | undefined {
  const tokens: Token[] = [];
  for (let at = 0; at < glob.length; ) {
    const character = characterAt(glob, at);
    at += character.length;
    if (character === '*') {
      if (tokens.at(-1)?.type !== 'any') tokens.push({ type: 'any' });
    } else if (character === '?') {
      tokens.push({ type: 'one' });
    } else if (character === '[') {
      const found = parseClass(glob, at);
      if (found === undefined) return undefined;
      tokens.push(found.token);
      at = found.end;
    } else if (character === '\\') {
      if (at === glob.length) return undefined;
      const escaped = characterAt(glob, at);
      tokens.push({ type: 'literal', character: escaped });
      at += escaped.length;
    } else {
      tokens.push({ type: 'literal', character });
    }
  }
  return tokens;
}

/** From behind the `[`. A `]` that stands first is a member. */
function parseClass(
  glob: string,
  from: number,
): { readonly token: Token; readonly end: number } | undefined {
  let at = from;
  const isNegated = glob[at] === '!' || glob[at] === '^';
  if (isNegated) at += 1;
  const tests: ((character: string) => boolean)[] = [];
  for (let isFirst = true; ; isFirst = false) {
    if (at >= glob.length) return undefined;
    if (glob[at] === ']' && !isFirst) break;
    const named = /^\[:([a-z]+):\]/.exec(glob.slice(at, at + 12));
    if (named !== null) {
      const pattern = namedClasses[named[1] ?? ''];
      if (pattern === undefined) return undefined;
      tests.push((character) => pattern.test(character));
      at += named[0].length;
      continue;
    }
    const low = memberAt(glob, at);
    if (low === undefined) return undefined;
    at = low.end;
    if (glob[at] === '-' && at + 1 < glob.length && glob[at + 1] !== ']') {
      const high = memberAt(glob, at + 1);
      if (high === undefined) return undefined;
      at = high.end;
      tests.push(
        (character) =>
          codeOf(character) >= codeOf(low.character) && codeOf(character) <= codeOf(high.character),
      );
    } else {
      tests.push((character) => character === low.character);
    }
  }
  const has = (character: string) => tests.some((test) => test(character));
  return { token: { type: 'class', isNegated, has }, end: at + 1 };
}

function memberAt(glob: string, at: number) {
  const start = glob[at] === '\\' ? at + 1 : at;
  if (start >= glob.length) return undefined;
  const character = characterAt(glob, start);
  return { character, end: start + character.length };
}

const namedClasses: Readonly<Record<string, RegExp>> = {
  alnum: /^[0-9A-Za-z]$/,
  alpha: /^[A-Za-z]$/,
  blank: /^[ \t]$/,
  digit: /^[0-9]$/,
  lower: /^[a-z]$/,
  punct: /^[!-/:-@[-`{-~]$/,
  space: /^\s$/,
  upper: /^[A-Z]$/,
  xdigit: /^[0-9A-Fa-f]$/,
};

/** Most globs have one `*` or none. */
function quickMatch(tokens: readonly Token[]): MatchName | undefined {
  if (tokens.some(({ type }) => type === 'one' || type === 'class')) return undefined;
  const stars = tokens.filter(({ type }) => type === 'any').length;
  const star = tokens.findIndex(({ type }) => type === 'any');
  if (stars === 0) {
    const whole = literalOf(tokens);
    return (name) => name === whole;
  }
  if (stars > 1) return undefined;
  const head = literalOf(tokens.slice(0, star));
  const tail = literalOf(tokens.slice(star + 1));
  const least = head.length + tail.length;
  return (name) => name.length >= least && name.endsWith(tail) && name.startsWith(head);
}

function literalOf(tokens: readonly Token[]): string {
  return tokens.map((token) => (token.type === 'literal' ? token.character : '')).join('');
}

/** A star takes as little as it can; where the rest does not fit, only the last star takes one more. */
function matchTokens(tokens: readonly Token[], name: string): boolean {
  let at = 0;
  let next = 0;
  let star = -1;
  let starAt = 0;
  while (at < name.length) {
    const token = tokens[next];
    const character = characterAt(name, at);
    if (token?.type === 'any') {
      star = next;
      starAt = at;
      next += 1;
    } else if (token !== undefined && takes(token, character)) {
      at += character.length;
      next += 1;
    } else if (star >= 0) {
      starAt += characterAt(name, starAt).length;
      at = starAt;
      next = star + 1;
    } else {
      return false;
    }
  }
  return next === tokens.length || (next === tokens.length - 1 && tokens[next]?.type === 'any');
}

function takes(token: Exclude<Token, { type: 'any' }>, character: string): boolean {
  if (token.type === 'one') return true;
  if (token.type === 'literal') return token.character === character;
  return token.has(character) !== token.isNegated;
}

function widen(tokens: readonly Token[]): string {
  const wide = tokens.map((token) =>
    token.type === 'literal' && !/[\\*?[\]{},!]/.test(token.character) ? token.character : '*',
  );
  return wide.join('').replaceAll(/\*+/g, '*');
}

/** Beyond the first 65,536 a character is two units of a string. */
function characterAt(text: string, at: number): string {
  return String.fromCodePoint(text.codePointAt(at) ?? 0);
}

function codeOf(character: string): number {
  return character.codePointAt(0) ?? 0;
}
