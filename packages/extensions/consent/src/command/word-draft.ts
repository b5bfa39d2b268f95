import type { Word } from './command-line.ts';

/** A word while it is read, piece by piece. */
export class WordDraft {
  #text: string | undefined = '';
  #path: string | undefined = '';
  #isOne = true;
  #isQuoted = false;
  #hasGlob = false;
  #bracket = false;
  /** How far a brace expansion has come: 1 `{`, 2 a comma or two dots in it, 3 `}`. */
  #brace = 0;
  #lastBare = '';

  /** A character that is not quoted. */
  bare(character: string): void {
    if (character === '*' || character === '?') this.#hasGlob = true;
    if (character === '[') this.#bracket = true;
    if (character === ']' && this.#bracket) this.#hasGlob = true;
    if (character === '{' && this.#brace === 0) this.#brace = 1;
    if (this.#brace === 1 && (character === ',' || (character === '.' && this.#lastBare === '.'))) {
      this.#brace = 2;
    }
    if (character === '}' && this.#brace === 2) this.#brace = 3;
    this.#lastBare = character;
    this.#append(character);
  }

  /** Text in quotes, or behind a backslash. */
  quoted(text: string): void {
    // A quoted tilde is a file's name, not the home.
    if (this.#path === '' && text.startsWith('~')) this.#path = './';
    this.#isQuoted = true;
    this.#lastBare = '';
    this.#append(text);
  }

  /** What only the run tells. `home`: it is the home's path. */
  expansion(isOne: boolean, isHome = false): void {
    this.#path = isHome && this.#path === '' ? '~' : undefined;
    this.#text = undefined;
    this.#lastBare = '';
    if (!isOne) this.#isOne = false;
  }

  /** Quotes were there, so that an empty word is one. */
  markQuoted(): void {
    this.#isQuoted = true;
  }

  /** All of it is plain text, without quotes: only such a word can be reserved. */
  get bareText(): string | undefined {
    return this.#isQuoted ? undefined : this.#text;
  }

  finish(raw: string): Word {
    const isPattern = this.#hasGlob || this.#brace === 3;
    const isOne = this.#isOne && !isPattern;
    const text = isPattern ? undefined : this.#text;
    const path = this.#brace === 3 || isOtherHome(raw) ? undefined : this.#path;
    return {
      raw,
      isOne,
      ...(text === undefined ? {} : { text }),
      ...(path === undefined || path === '' ? {} : { path }),
    };
  }

  #append(text: string): void {
    if (this.#text !== undefined) this.#text += text;
    if (this.#path !== undefined) this.#path += text;
  }
}

/** `~user`, `~+`: somebody's home that is not known. */
function isOtherHome(raw: string): boolean {
  return raw.startsWith('~') && raw.length > 1 && raw[1] !== '/';
}
