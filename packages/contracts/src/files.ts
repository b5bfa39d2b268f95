import type { ToolContext } from '@dispatch/kernel';
import type { Computer, FileStat } from './computer.ts';

/**
 * The files of a computer as a conversation may reach them: inside its `cwd`, and where a rule or a
 * person's grant lets it. What every file tool stands on.
 */
export interface Files {
  /** For one call. Rejects with `computer-unavailable`, and with `path-not-found` where `cwd` is no folder. */
  open(call: FileCall): Promise<ConversationFiles>;
  /** Lets the conversation read a folder, and all in it, for as long as it exists. A person or a rule has said so. */
  grant(grant: FolderGrant): Promise<void>;
}

export type FileCall = Pick<ToolContext, 'conversationId' | 'cwd' | 'computerId'> & {
  /** The tool's name: rules may let one tool further than another. */
  readonly tool: string;
};

export interface FolderGrant {
  readonly conversationId: string;
  readonly computerId?: string;
  /** Absolute. */
  readonly path: string;
}

/**
 * One call's view. Rejections are coded errors whose message is fit for the model: `path-outside`
 * (its hint says how to get a grant), `path-not-found`, `file-changed`, `file-not-read`,
 * `file-refused` for what the computer refuses.
 */
export interface ConversationFiles {
  readonly computer: Computer;
  /** The conversation's `cwd`, links resolved. */
  readonly root: string;
  /** How a path is shown to the model: relative to `root` where it lies inside. */
  show(path: string): string;
  /**
   * The absolute path, links resolved as far as it exists; relative ones are taken from `root`. To
   * write, the file need not exist.
   */
  resolve(path: string, access: 'read' | 'write'): Promise<string>;
  /**
   * The model is shown this file, or a part of it: from now on a change of it is noticed. `stat` is
   * from before it was read; `text` is all that it holds, where the caller knows it.
   */
  noteRead(path: string, stat: FileStat, text?: string): void;
  /**
   * What a caller who builds on a file asks first, with what it has just read of it. Throws
   * `file-changed` where the conversation last read something else: `replace` would refuse it.
   */
  checkUnchanged(path: string, stat: FileStat, text: string): void;
  /**
   * Replaces a file that was resolved for writing. Refused where it changed since the conversation
   * last read it (`file-changed`: says what), and, unless `basedOn` is given, where it exists and was
   * never read (`file-not-read`). A file that holds the text already is left as it is, whoever read
   * it. What is written counts as read. Tells other conversations that work on the same file.
   *
   * @param basedOn All of the text that the caller has just read and built on: another one there by
   * now is `file-changed`.
   */
  replace(path: string, text: string, basedOn?: string): Promise<void>;
}
