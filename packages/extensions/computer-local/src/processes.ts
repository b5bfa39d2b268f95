import { readFileSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';

/** The variable that every process of a call carries, unless it takes pains to drop it. */
export const markVariable = 'DISPATCH_CALL';

/** Which processes belong to calls. */
export interface Belonging {
  readonly groups: readonly number[];
  /** Marks that begin like this; absent: the groups alone. */
  readonly markPrefix?: string;
}

/** True where processes can be found by their mark. */
export const canFindMarks = process.platform === 'linux';

/**
 * So many processes are looked at in one go, at some 60 µs each: asking for each by itself costs five
 * times as much, and all in one go would hold the host.
 */
const lookedAtOnce = 64;

/**
 * The living processes that belong to calls: of their groups and, on Linux, all others that carry
 * the mark. Elsewhere a group that still has members stands for them as its negative number.
 */
export async function findProcesses(belonging: Belonging): Promise<number[]> {
  if (!canFindMarks) return belonging.groups.filter(hasMembers).map((group) => -group);
  const found: number[] = [];
  // Names alone: who asks for their kind fails where a process ends meanwhile.
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  for (let from = 0; from < pids.length; from += lookedAtOnce) {
    // Lets the host's loop turn, and keeps a process that does nothing else alive meanwhile.
    if (from > 0) await stat('/proc');
    for (const pid of pids.slice(from, from + lookedAtOnce)) {
      if (belongs(pid, belonging)) found.push(Number(pid));
    }
  }
  return found;
}

/** Whether anybody is left in a process group; a zombie that nobody has waited for counts. */
export function hasMembers(group: number): boolean {
  try {
    process.kill(-group, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Sends a signal to a process, or to the group of a negative number. One that is gone is no error. */
export function sendSignal(pid: number, signal: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(pid, signal);
  } catch {
    // Gone already, or no longer ours.
  }
}

function belongs(pid: string, { groups, markPrefix }: Belonging): boolean {
  try {
    const status = parseStat(readFileSync(`/proc/${pid}/stat`, 'latin1'));
    if (status === undefined || status.isDead) return false;
    if (groups.includes(status.group)) return true;
    if (markPrefix === undefined) return false;
    const environment = readFileSync(`/proc/${pid}/environ`, 'latin1');
    return `\0${environment}`.includes(`\0${markVariable}=${markPrefix}`);
  } catch {
    // It ended meanwhile, or belongs to another user.
    return false;
  }
}

/** Reads the state and the group out of `/proc/<pid>/stat`, whose second field may hold anything. Pure. */
export function parseStat(
  stat: string,
): { readonly isDead: boolean; readonly group: number } | undefined {
  const [state, , group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (state === undefined || group === undefined) return undefined;
  return { isDead: state === 'Z' || state === 'X', group: Number(group) };
}
