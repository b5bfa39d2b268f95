import {
  linkSync,
  mkdirSync,
  readFileSync,
  rmdirSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { identityOf, isAlive, type ProcessIdentity } from './process-identity.ts';

export interface FolderLock {
  /** Once; a second call does nothing. */
  release(): void;
}

export type LockAttempt =
  | { readonly outcome: 'locked'; readonly lock: FolderLock }
  | { readonly outcome: 'held'; readonly pid: number }
  /** Another host takes over a dead one's lock right now: try again in a moment. */
  | { readonly outcome: 'contended' };

/** Longer than a takeover can take, shorter than a person waits. */
const takeoverMs = 5_000;

/** What a file system without hard links answers. */
const withoutLinks: ReadonlySet<unknown> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS']);

/**
 * Tries to make the folder this process's own, by the file `lock` in it. The file appears with all
 * of its content or not at all, and a dead process's is removed by one of those who race for it:
 * the one that could make the folder `lock.takeover`.
 */
export function tryLockFolder(folder: string, pid: number, wallNow: number): LockAttempt {
  const path = join(folder, 'lock');
  if (tryCreate(path, pid)) return { outcome: 'locked', lock: lockAt(path, pid) };
  const holder = readHolder(path);
  if (holder !== undefined && isOther(holder, pid)) return { outcome: 'held', pid: holder.pid };

  const guard = join(folder, 'lock.takeover');
  if (!tryMakeGuard(guard, wallNow)) return { outcome: 'contended' };
  try {
    // Again, now that nobody else may remove it.
    const current = readHolder(path);
    if (current !== undefined && isOther(current, pid))
      return { outcome: 'held', pid: current.pid };
    removeIfThere(() => unlinkSync(path));
    return tryCreate(path, pid)
      ? { outcome: 'locked', lock: lockAt(path, pid) }
      : { outcome: 'contended' };
  } finally {
    removeIfThere(() => rmdirSync(guard));
  }
}

/** This process has just begun: a lock with its number is an earlier process's. */
function isOther(holder: ProcessIdentity, pid: number): boolean {
  return holder.pid !== pid && isAlive(holder);
}

function tryCreate(path: string, pid: number): boolean {
  const own = `${path}.${pid}`;
  const content = `${JSON.stringify(identityOf(pid))}\n`;
  writeFileSync(own, content, { mode: 0o600 });
  try {
    linkSync(own, path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    if (!withoutLinks.has(codeOf(error))) throw error;
    return tryCreateInPlace(path, content);
  } finally {
    unlinkSync(own);
  }
}

function tryCreateInPlace(path: string, content: string): boolean {
  try {
    writeFileSync(path, content, { mode: 0o600, flag: 'wx' });
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/** Undefined where there is none, or none that can be read: such a file is nobody's. */
function readHolder(path: string): ProcessIdentity | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (typeof value !== 'object' || value === null || !('pid' in value)) return undefined;
    if (typeof value.pid !== 'number') return undefined;
    const startedAt = 'startedAt' in value ? value.startedAt : undefined;
    return typeof startedAt === 'string' ? { pid: value.pid, startedAt } : { pid: value.pid };
  } catch {
    return undefined;
  }
}

function tryMakeGuard(guard: string, wallNow: number): boolean {
  try {
    mkdirSync(guard);
    return true;
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  }
  // Left by a host that was killed in the middle of a takeover.
  removeIfThere(() => {
    if (wallNow - statSync(guard).mtimeMs > takeoverMs) rmdirSync(guard);
  });
  return false;
}

function lockAt(path: string, pid: number): FolderLock {
  let isHeld = true;
  return {
    release() {
      if (!isHeld) return;
      isHeld = false;
      if (readHolder(path)?.pid === pid) removeIfThere(() => unlinkSync(path));
    },
  };
}

function removeIfThere(remove: () => void): void {
  try {
    remove();
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
