import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { postgresError } from './errors.ts';

/** How long a server of before may take to go down. */
const goingDownMs = 15_000;
const pollMs = 25;

/** The process that the data folder's pid file names, if it is a PostgreSQL that is alive. */
export function findPostmaster(home: string): number | undefined {
  const file = join(home, 'data', 'postmaster.pid');
  let pid: number;
  try {
    pid = Number.parseInt(readFileSync(file, 'utf8'), 10);
  } catch {
    return undefined;
  }
  return Number.isInteger(pid) && pid > 1 && isPostgres(pid) ? pid : undefined;
}

/**
 * Resolves when no server runs on the folder: the one of a host that was killed is on its way down,
 * by its launcher; one that lost its launcher too is told to stop. Never two on one folder.
 */
export async function waitUntilFree(
  home: string,
  sleep: (ms: number) => Promise<void>,
): Promise<void> {
  for (let waited = 0; ; waited += pollMs) {
    const pid = findPostmaster(home);
    if (pid === undefined) break;
    if (waited >= goingDownMs) throw inUse(home, pid);
    if (waited % 1000 === 0 && !hasLauncher(home, pid)) process.kill(pid, 'SIGINT');
    await sleep(pollMs);
  }
  // After a power cut its number may belong to anyone, and PostgreSQL would refuse to start.
  rmSync(join(home, 'data', 'postmaster.pid'), { force: true });
}

function inUse(home: string, pid: number): Error {
  return postgresError(
    'postgres-failed',
    `Another PostgreSQL (process ${pid}) runs on ${home}.`,
    'Another host uses this data folder. Stop it, or choose another data folder.',
  );
}

function isPostgres(pid: number): boolean {
  return /postgres/.test(commandOf(pid) ?? '');
}

function hasLauncher(home: string, pid: number): boolean {
  try {
    const launcher = Number.parseInt(readFileSync(join(home, 'launcher.pid'), 'utf8'), 10);
    return parentOf(pid) === launcher;
  } catch {
    return false;
  }
}

function commandOf(pid: number): string | undefined {
  return process.platform === 'linux' ? fromProc(pid, 'cmdline') : fromPs(pid, 'command=');
}

function parentOf(pid: number): number {
  const text =
    process.platform === 'linux'
      ? /^PPid:\s*(\d+)/m.exec(fromProc(pid, 'status') ?? '')?.[1]
      : fromPs(pid, 'ppid=');
  return Number.parseInt(text ?? '', 10);
}

function fromProc(pid: number, file: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return undefined;
  }
}

function fromPs(pid: number, column: string): string | undefined {
  try {
    return execFileSync('ps', ['-o', column, '-p', String(pid)], { encoding: 'utf8' });
  } catch {
    return undefined;
  }
}
