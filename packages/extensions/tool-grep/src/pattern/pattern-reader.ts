/** Reads a pattern from its beginning to its end. */
export class PatternReader {
  readonly #pattern: string;
  #at = 0;

  constructor(pattern: string) {
    this.#pattern = pattern;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#pattern.length;
  }

  startsWith(text: string): boolean {
    return this.#pattern.startsWith(text, this.#at);
  }

  take(text: string): boolean {
    if (!this.startsWith(text)) return false;
    this.#at += text.length;
    return true;
  }

  takeMatch(pattern: RegExp): RegExpExecArray | undefined {
    const found = pattern.exec(this.#pattern.slice(this.#at));
    if (found === null) return undefined;
    this.#at += found[0].length;
    return found;
  }

  /** One that stands for itself, with or without a backslash. */
  takeCharacter(whyNot: string): string {
    if (this.isAtEnd) throw this.refusal(whyNot);
    const code = this.takeMatch(
      /^\\(?:x([0-9A-Fa-f]{2})|[xuU]\{([0-9A-Fa-f]{1,6})\}|u([0-9A-Fa-f]{4}))/,
    );
    if (code !== undefined)
      return this.#ofCode(Number.parseInt(code[1] ?? code[2] ?? code[3] ?? '', 16));
    const letter = this.takeMatch(/^\\([a-zA-Z0-9])/)?.[1];
    if (letter !== undefined) {
      const character = controls[letter];
      if (character !== undefined) return character;
      throw this.refusal(`\\${letter} is not supported here`);
    }
    if (this.take('\\') && this.isAtEnd) throw this.refusal('a \\ stands last');
    const character = characterOf(this.#pattern.codePointAt(this.#at) ?? 0);
    this.#at += character.length;
    return character;
  }

  /** An error whose message tells the model where and what. */
  refusal(what: string): Error {
    return new Error(`${what}, at character ${this.#at + 1} of the pattern`);
  }

  #ofCode(code: number): string {
    if (code === 0 || code === 0x0a || code > 0x10ffff) {
      throw this.refusal('that character is in no line');
    }
    return characterOf(code);
  }
}

const controls: Readonly<Record<string, string>> = {
  a: '\x07',
  f: '\f',
  r: '\r',
  t: '\t',
  v: '\v',
};

export function characterOf(code: number): string {
  return String.fromCodePoint(code);
}

/** What POSIX calls `\d`, `\w` and `\s`, to stand in a bracket. */
export function nameOfClass(letter: string): string {
  return letter === 'd' ? '0-9' : letter === 'w' ? '[:alnum:]_' : '[:space:]';
}
