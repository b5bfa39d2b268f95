import type { RawPath } from '../path-name.ts';

/** The files to look at. */
export interface FileTree {
  /** Absolute, links resolved; links below it are not followed, nor told. */
  readonly folder: string;
  /** Also what ignore files leave out. What lies in a `.git` is left out always. */
  readonly isIgnoring: boolean;
  /** Names of files fit one of these: where it is cheap, others are not told. */
  readonly names?: readonly string[];
  /** A file of the folder: none but this one, ignored or not. */
  readonly only?: string;
}

/** How the listing of a tree ended. */
export interface TreeEnd {
  /** Folders that could not be read; at most `maxUnreadable` of them. */
  readonly unreadable: readonly RawPath[];
  /** It was stopped by the signal, or there was too much to remember: not all was looked at. */
  readonly isCut: boolean;
  /** Nothing came of it, and why. */
  readonly failure?: string;
}

export const maxUnreadable = 20;
