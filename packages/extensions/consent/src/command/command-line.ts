/** What a command line asks a shell to do, as far as it can be told without running it. */
export interface CommandLine {
  /** Every command that it may start, nested ones and those behind wrappers included, in the order in which they stand there. */
  readonly commands: readonly SimpleCommand[];
  /** What could not be understood. Where there is any, more may happen than `commands` says. */
  readonly unclear: readonly string[];
}

export interface SimpleCommand {
  /** `NAME=value`, in front of it or alone. */
  readonly assignments: readonly Word[];
  /** The first names the command. Empty: it only assigns, or only redirects. */
  readonly words: readonly Word[];
  readonly redirections: readonly Redirection[];
  /** What starts it, where it does not stand there by itself: `$(…)`, `sudo`, `sh -c`. */
  readonly within?: string;
}

export interface Word {
  /** As it was written. */
  readonly raw: string;
  /** What it stands for, without its quotes; absent where only the run tells: expansions, patterns of file names. */
  readonly text?: string;
  /** It is exactly one word when it runs; else none, one or many. */
  readonly isOne: boolean;
  /** What a program would take for a path, `~` in front for the home; absent where only the run tells. Patterns of file names stand as written. */
  readonly path?: string;
}

export interface Redirection {
  /** `2>`, `<`, `>>`. */
  readonly operator: string;
  readonly access: 'read' | 'write';
  readonly target: Word;
}
