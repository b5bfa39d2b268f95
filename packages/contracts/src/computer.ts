/**
 * Computers of one kind: where commands run and files lie. The host's own has no id; every other is
 * known by one, which for `ssh` is an alias of the user's own configuration. Nothing is connected
 * before a computer is used.
 */
export interface ComputerSource {
  /** Those it knows by name, without their keys. Rejects with `computer-unavailable` where it can not say. */
  list(): Promise<readonly ComputerInfo[]>;
  /** Undefined where the id is none of its own; `undefined` asks for the host's own. Cheap, as often as you like. */
  find(computerId: string | undefined): Promise<Computer | undefined>;
}

export interface ComputerInfo {
  readonly computerId: string;
  readonly host: string;
  readonly user?: string;
  readonly port?: number;
}

/**
 * One computer. All paths are absolute, in the form of that computer, and POSIX. Methods may be
 * called concurrently. A file operation that fails rejects with an error whose `code` is Node's
 * (`ENOENT`, `EACCES`, `EISDIR`, `ENOTDIR`, `ENOSPC`, `ELOOP`, …), whatever the computer; one that
 * can not be reached rejects with the coded error `computer-unavailable`, which says why: an unknown
 * host key, a refused login, a dead machine.
 */
export interface Computer {
  /** Absent: the host's own. */
  readonly computerId?: string;

  /** Starts a command. Rejects with `computer-unavailable`; a folder that is not there is `ENOENT`. */
  spawn(command: NewCommand): Promise<RunningCommand>;

  /** Where a conversation without a `cwd` works: the user's home. */
  homeFolder(): Promise<string>;
  /** With all symbolic links resolved. */
  realPath(path: string): Promise<string>;
  /** What a link holds, as it stands: perhaps relative, perhaps of something that is not there. `EINVAL` where it is no link. */
  readLink(path: string): Promise<string>;
  /** Follows links. */
  stat(path: string): Promise<FileStat>;
  /** The bytes of a range, clipped to what there is. */
  readFile(path: string, range?: FileRange): Promise<Uint8Array>;
  /**
   * Replaces a file as a whole: who reads it meanwhile sees the old one or the new one, and a full
   * disk leaves the old one. Keeps its mode; makes the folders above it where they are missing.
   * A link is followed. At most 64 MiB, else `EFBIG`.
   */
  writeFile(path: string, bytes: Uint8Array): Promise<void>;
  /** Unordered, at most `limit` of them. Links are not followed. */
  readFolder(path: string, limit: number): Promise<FolderListing>;
}

export interface FileRange {
  readonly offset: number;
  readonly length: number;
}

export interface FileStat {
  readonly kind: FileKind;
  /** In bytes. */
  readonly size: number;
  /** Differs from what it was when the file was written to in between, as far as the computer can tell. */
  readonly version: string;
}

export type FileKind = 'file' | 'folder' | 'link' | 'other';

export interface FolderListing {
  readonly entries: readonly { readonly name: string; readonly kind: FileKind }[];
  /** There are more than `limit`. */
  readonly isCut: boolean;
}

export interface NewCommand {
  /** For the computer's POSIX shell, or a program and its arguments, which no shell reads. */
  readonly command: string | readonly [program: string, ...args: string[]];
  readonly cwd: string;
  /** Besides what the computer gives every command by its allow-list: no variable of the host's reaches one. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Given to its standard input, which then ends. Absent: there is nothing to read. */
  readonly input?: Uint8Array;
  /** What it prints, as it is read. Synchronous. Not called after `closed`, nor once `end` was called. */
  onOutput(stream: 'stdout' | 'stderr', bytes: Uint8Array): void;
}

/** A command that runs, with all the processes that it starts. When the host dies they are gone within 5 s. */
export interface RunningCommand {
  /** Resolves when the command itself is over, whoever still holds its pipes. Never rejects. */
  readonly exited: Promise<CommandExit>;
  /** Resolves when nobody holds its pipes and all that was printed was told. Never rejects. */
  readonly closed: Promise<void>;
  /** Stops and goes on reading what it prints; while stopped, a command that prints much waits. */
  setReading(isReading: boolean): void;
  /** Processes that it started are still there after it. Right only once it has exited. */
  hasLeft(): Promise<boolean>;
  /**
   * Ends the command and every process that it started: all of its group and, on Linux, all others
   * that carry its mark; politely, then at once. Resolves when they are gone, within a second. May
   * be called often, and after the exit.
   */
  end(): Promise<void>;
}

export type CommandExit =
  | { readonly code: number }
  | { readonly signal: string }
  /** It never started, or its computer was lost while it ran: what it did is not known then. */
  | { readonly failure: string };
