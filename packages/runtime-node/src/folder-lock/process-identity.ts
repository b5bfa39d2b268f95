import { readFileSync } from 'node:fs';

/** A process, told apart from a later one of the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it started, where the system says: the boot's id and the ticks since. */
  readonly startedAt?: string;
}

export function identityOf(pid: number): ProcessIdentity {
  const startedAt = readStart(pid)?.startedAt;
  return startedAt === undefined ? { pid } : { pid, startedAt };
}

/** True where this very process still runs. One that waits to be reaped does not. */
export function isAlive({ pid, startedAt }: ProcessIdentity): boolean {
  const start = readStart(pid);
  if (start !== undefined) {
    return !start.isDead && (startedAt === undefined || startedAt === start.startedAt);
  }
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is there, and somebody else's.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** From Linux's /proc; undefined where there is none, or no such process. */
function readStart(
  pid: number,
): { readonly startedAt: string; readonly isDead: boolean } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name, in parentheses, may hold anything; the fields count from behind it.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state, ticks] = [fields[0] ?? '', fields[19]];
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return { startedAt: `${boot}:${ticks}`, isDead: state === 'Z' || state === 'X' };
  } catch {
    return undefined;
  }
}
