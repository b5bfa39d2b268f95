import type { SimpleCommand } from './command-line.ts';

/** Longer command lines are not read at all. In UTF-16 units. */
export const maxCommandLength = 65_536;
/** More commands than that in one line are not read on. */
export const maxCommands = 500;
/** More words in one command are not read on. */
export const maxWords = 4096;
/** Deeper nesting is not read on. */
export const maxDepth = 40;

/** Ends the reading of a command line: what follows is not understood. */
export class Unclear extends Error {
  override readonly name = 'Unclear';
}

/** What is found, shared by all texts of one command line. */
export interface Findings {
  readonly commands: SimpleCommand[];
  readonly unclear: string[];
}

/** A here-document whose body comes after the line's end. */
export interface PendingHereDocument {
  readonly delimiter: string;
  readonly isLiteral: boolean;
  readonly stripsTabs: boolean;
}

/** A place in a text. */
export class Scanner {
  readonly text: string;
  readonly findings: Findings;
  readonly pending: PendingHereDocument[] = [];
  at = 0;
  depth: number;
  /** What starts the commands that are read now. */
  within: string | undefined;

  constructor(text: string, findings: Findings, depth: number, within: string | undefined) {
    this.text = text;
    this.findings = findings;
    this.depth = depth;
    this.within = within;
  }

  /** The character at this place, or so many behind it; empty at the end. */
  peek(offset = 0): string {
    return this.text[this.at + offset] ?? '';
  }

  startsWith(words: string): boolean {
    return this.text.startsWith(words, this.at);
  }

  get isAtEnd(): boolean {
    return this.at >= this.text.length;
  }

  /** Blanks, and lines that are continued. */
  skipBlanks(): void {
    for (;;) {
      if (this.peek() === ' ' || this.peek() === '\t') this.at += 1;
      else if (this.startsWith('\\\n')) this.at += 2;
      else return;
    }
  }

  skipComment(): void {
    if (this.peek() !== '#') return;
    const end = this.text.indexOf('\n', this.at);
    this.at = end === -1 ? this.text.length : end;
  }

  /** Goes one level deeper while `read` runs. */
  nested<T>(within: string | undefined, read: () => T): T {
    const before = this.within;
    if (this.depth >= maxDepth) throw new Unclear('it is nested too deeply');
    this.depth += 1;
    this.within = within ?? before;
    try {
      return read();
    } finally {
      this.depth -= 1;
      this.within = before;
    }
  }

  add(command: Omit<SimpleCommand, 'within'>): void {
    const { commands } = this.findings;
    if (commands.length >= maxCommands) throw new Unclear('it has too many commands');
    commands.push(this.within === undefined ? command : { ...command, within: this.within });
  }

  remark(what: string): void {
    if (!this.findings.unclear.includes(what)) this.findings.unclear.push(what);
  }
}
