import { constants, type Stats } from 'node:fs';
import { type FileHandle, open, readlink, realpath, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isInside, linkRefusal, resolveInside } from './confinement.ts';

/** A file inside the working folder, open for reading; whoever gets it closes it. */
export interface OpenedFile {
  readonly handle: FileHandle;
  readonly stats: Stats;
  /** Without symbolic links. */
  readonly path: string;
}

/** What the system said no to: Node's code, and the path that was tried. */
export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly tried?: string;
}

export type OpenOutcome =
  | { readonly ok: true; readonly file: OpenedFile }
  /** Without a failure: refused. */
  | { readonly ok: false; readonly message: string; readonly failure?: Failure };

/**
 * Opens what `path` names inside `folder`, whatever kind of file it is; never waits for the other
 * end of a pipe. Where links lead is asked before the file is opened, so that nothing outside is
 * even touched, and again of the open file, so that a link changed in between gains nothing.
 */
export async function openInside(folder: string, path: string): Promise<OpenOutcome> {
  const destination = resolveInside(folder, path);
  try {
    const root = await realpath(folder);
    // The working folder may itself be named through a link, and the path without it.
    const inside = destination.ok ? destination : resolveInside(root, path);
    if (!inside.ok) return { ok: false, message: inside.message };
    return await openBelow(root, inside.path, linkRefusal(path, folder));
  } catch (error) {
    return failed(error);
  }
}

async function openBelow(root: string, target: string, refused: string): Promise<OpenOutcome> {
  let before: string;
  try {
    before = await realpath(target);
  } catch (error) {
    // What is missing behind a link that leads out is not told from what is there.
    const existing = await realAncestor(target);
    return isInside(root, existing) ? failed(error, target) : { ok: false, message: refused };
  }
  if (!isInside(root, before)) return { ok: false, message: refused };
  let handle: FileHandle;
  try {
    handle = await open(before, constants.O_RDONLY | constants.O_NONBLOCK | noTerminal);
  } catch (error) {
    return failed(error, before);
  }
  try {
    const stats = await handle.stat();
    if (isInside(root, await whereIs(handle, stats, before))) {
      return { ok: true, file: { handle, stats, path: before } };
    }
    await handle.close();
    return { ok: false, message: refused };
  } catch (error) {
    await handle.close();
    return failed(error, before);
  }
}

/** The true path of the nearest folder above that exists. */
async function realAncestor(path: string): Promise<string> {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    try {
      return await realpath(folder);
    } catch {
      if (folder === dirname(folder)) return folder;
    }
  }
}

function failed(error: unknown, tried?: string): OpenOutcome {
  const failure = { ...failureOf(error), ...(tried === undefined ? {} : { tried }) };
  return { ok: false, message: failure.message, failure };
}

/** Absent on systems without terminals to steal. */
const noTerminal = constants.O_NOCTTY ?? 0;

/** The true path of an open file: the system's word for it on Linux, elsewhere the path's, if it still names that file. */
async function whereIs(handle: FileHandle, stats: Stats, path: string): Promise<string> {
  if (process.platform === 'linux') {
    try {
      return await readlink(`/proc/self/fd/${handle.fd}`);
    } catch {
      // No /proc here: as on other systems.
    }
  }
  const now = await realpath(path);
  const named = await stat(now);
  return named.ino === stats.ino && named.dev === stats.dev ? now : '';
}

/** Of what a file operation threw. Pure. */
export function failureOf(error: unknown): Failure {
  const message = error instanceof Error ? error.message : String(error);
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'EIO';
  return { code, message };
}
