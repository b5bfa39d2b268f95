import { mkdirSync, readFileSync, renameSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Runtime } from '@dispatch/contracts';
import { type FolderLock, tryLockFolder } from '@dispatch/runtime-node';
import { exitCodes, StartError } from '../exit-codes.ts';

/** The host's own files in its data folder, while this process holds its lock. */
export interface DataFolder {
  readonly path: string;
  /** The same at every start on this folder. */
  readonly hostId: string;
  /** Tells the command line client where the host is (HOST.md, "Ready, and stop"). */
  writeHostFile(content: { readonly url: string; readonly startedAt: string }): void;
  /** Removes the file of `writeHostFile` and lets go of the lock. */
  close(): void;
}

/** How long a takeover by another is waited for. */
const lockAttempts = 50;
const betweenAttemptsMs = 100;

/**
 * Makes the folder where there is none, locks it and reads the host's id. `name` names the setting
 * in errors. Throws `StartError`.
 */
export async function openDataFolder(options: {
  readonly path: string;
  readonly name: string;
  readonly pid: number;
  readonly runtime: Runtime;
}): Promise<DataFolder> {
  const { path, pid, runtime } = options;
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    const lock = await lockFolder(path, pid, runtime);
    return openLocked(path, lock, pid, readOrMakeId(join(path, 'host-id'), runtime));
  } catch (error) {
    if (error instanceof StartError) throw error;
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new StartError(
      exitCodes.configuration,
      `${options.name}: found ${JSON.stringify(path)}, which can not be written (${code}), expected a folder that this user can write`,
    );
  }
}

async function lockFolder(path: string, pid: number, runtime: Runtime): Promise<FolderLock> {
  for (let attempt = 0; attempt < lockAttempts; attempt++) {
    const result = tryLockFolder(path, pid, runtime.wallNow());
    if (result.outcome === 'locked') return result.lock;
    if (result.outcome === 'held') {
      throw new StartError(
        exitCodes.inUse,
        `The data folder ${path} is in use by the host with pid ${result.pid}.`,
        'Stop that host, or name another folder with --data or DISPATCH_DATA_DIR.',
      );
    }
    await runtime.sleep(betweenAttemptsMs);
  }
  throw new StartError(
    exitCodes.inUse,
    `Other hosts are taking over the data folder ${path}.`,
    'Try again.',
  );
}

function readOrMakeId(path: string, runtime: Runtime): string {
  try {
    const id = readFileSync(path, 'utf8').trim();
    if (/^[A-Za-z0-9_-]{1,64}$/.test(id)) return id;
  } catch {
    // The first start.
  }
  const id = runtime.newId();
  replaceFile(path, `${id}\n`);
  return id;
}

function openLocked(path: string, lock: FolderLock, pid: number, hostId: string): DataFolder {
  const hostFile = join(path, 'host.json');
  // Left by a host that was killed.
  rmSync(hostFile, { force: true });
  return {
    path,
    hostId,
    writeHostFile(content) {
      replaceFile(hostFile, `${JSON.stringify({ pid, ...content })}\n`);
    },
    close() {
      rmSync(hostFile, { force: true });
      lock.release();
    },
  };
}

/** A reader sees the old content or the new, never a part. */
function replaceFile(path: string, content: string): void {
  const part = `${path}.part`;
  writeFileSync(part, content, { mode: 0o600 });
  try {
    renameSync(part, path);
  } catch (error) {
    unlinkSync(part);
    throw error;
  }
}
