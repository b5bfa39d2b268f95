import type { ToolEffect } from '@dispatch/kernel';
import type { Redirection, SimpleCommand } from '../command/command-line.ts';
import type { CallPath, Places } from './paths.ts';

/** All that decisions on a call are made of: plain data. */
export interface Subject {
  readonly tool: string;
  readonly effect: ToolEffect;
  /** Absent: the host's own. */
  readonly computerId?: string;
  readonly places: Places;
  readonly parts: readonly Part[];
  /** Nobody's absence lets it run. */
  readonly needsPerson: boolean;
  /** It changes nothing but the conversation's own state. */
  readonly isOwnState: boolean;
  /** It is questions to a person, whose answers are its result. */
  readonly isQuestion: boolean;
}

/** A piece of a call that is decided on by itself: all of them have to be allowed. */
export type Part =
  /** The call as a whole, where it names nothing that it touches. */
  | { readonly kind: 'call' }
  | { readonly kind: 'path'; readonly path: CallPath; readonly hasCommand: boolean }
  | CommandPart
  | FilePart
  /** What of a command could not be understood. */
  | { readonly kind: 'unclear'; readonly what: string };

export interface CommandPart {
  readonly kind: 'command';
  readonly command: SimpleCommand;
  /** What of its words and redirections could be a path. */
  readonly paths: readonly CallPath[];
  /** Another command of the same line may have changed the folder before. */
  readonly isElsewhere: boolean;
}

/** A file that a command's input or output is redirected to. */
export interface FilePart {
  readonly kind: 'file';
  readonly redirection: Redirection;
  readonly command: SimpleCommand;
  /** Absent where only the run tells. */
  readonly path?: CallPath;
}

/** What a part is called in decisions. */
export function describePart(part: Part, tool: string): string {
  switch (part.kind) {
    case 'call':
      return tool;
    case 'path':
      return JSON.stringify(part.path.shown);
    case 'command':
      return JSON.stringify(textOf(part.command));
    case 'file':
      return JSON.stringify(`${part.redirection.operator} ${part.redirection.target.raw}`);
    case 'unclear':
      return part.what;
  }
}

/** Its words, as they stand there. */
function textOf({ assignments, words }: SimpleCommand): string {
  return [...assignments, ...words].map(({ raw }) => raw).join(' ');
}
