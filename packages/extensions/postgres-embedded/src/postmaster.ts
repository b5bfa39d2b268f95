import { execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync, realpathSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
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
  return Number.isInteger(pid) && pid > 1 && isServerOf(home, pid) ? pid : undefined;
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
  disownPidFile(join(home, 'data', 'postmaster.pid'));
}

/** No process has this number. */
const nobodysPid = 2 ** 30;

/**
 * After a power cut the number in the pid file may belong to anyone, and PostgreSQL would not start.
 * The rest of the file stays: by it PostgreSQL sees what is left of a server that was killed.
 */
function disownPidFile(file: string): void {
  try {
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replace(/^\d+/, String(nobodysPid)));
  } catch {
    // There is none.
  }
}

function inUse(home: string, pid: number): Error {
  return postgresError(
    'postgres-failed',
    `Another PostgreSQL (process ${pid}) runs on ${home}.`,
    'Another host uses this data folder. Stop it, or choose another data folder.',
  );
}

/** Not by its name alone: what it tells may be any process's number by now. */
function isServerOf(home: string, pid: number): boolean {
  const data = join(home, 'data');
  try {
    if (process.platform === 'linux') {
      const [executable = ''] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
      const isPostgres = basename(executable) === 'postgres';
      return isPostgres && readlinkSync(`/proc/${pid}/cwd`) === realpathSync(data);
    }
    return /postgres/.test(fromPs(pid, 'comm=')) && fromPs(pid, 'command=').includes(data);
  } catch {
    return false;
  }
}

function hasLauncher(home: string, pid: number): boolean {
  try {
    const launcher = Number.parseInt(readFileSync(join(home, 'launcher.pid'), 'utf8'), 10);
    return parentOf(pid) === launcher;
  } catch {
    return false;
  }
}

function parentOf(pid: number): number {
  const text =
    process.platform === 'linux'
      ? /^PPid:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
      : fromPs(pid, 'ppid=');
  return Number.parseInt(text ?? '', 10);
}

/** Throws where there is no such process. */
function fromPs(pid: number, column: string): string {
  return execFileSync('ps', ['-o', column, '-p', String(pid)], { encoding: 'utf8' });
}
