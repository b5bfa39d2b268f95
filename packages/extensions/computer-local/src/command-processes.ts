import type { Runtime } from '@dispatch/contracts';
import type { Logger } from '@dispatch/kernel';
import { createGuardian } from './guardian.ts';
import { findProcesses, hasMembers } from './processes.ts';
import { endProcesses } from './reaper.ts';

/** Knows which processes the commands of one host have started, and ends them. */
export interface CommandProcesses {
  /** Unlike any other mark, of this host or another. */
  newMark(): string;
  /** `group`: the leader of a new group, whose environment carries the mark. */
  started(group: number, mark: string): ProcessFamily;
  /** Ends all that is left of any command. Resolves when it is gone. */
  dispose(): Promise<void>;
}

/** One command's processes. */
export interface ProcessFamily {
  leaderExited(): void;
  /** Whether members of its group are alive. */
  hasLeft(): Promise<boolean>;
  /** Ends its group and all that carry its mark. Resolves when they are gone; may be called often. */
  end(): Promise<void>;
}

export function createCommandProcesses(
  runtime: Pick<Runtime, 'sleep' | 'now' | 'randomHex'>,
  logger: Pick<Logger, 'warn'>,
): CommandProcesses {
  const prefix = `${runtime.randomHex(8)}.`;
  const guardian = createGuardian(prefix);
  /** Groups of commands that run, and of those that left processes behind, by the marks of their commands. */
  const groups = new Map<number, string>();
  let count = 0;

  const forget = (group: number) => {
    if (groups.delete(group)) guardian.forget(group);
  };

  const endAll = async (ended: readonly number[], markPrefix: string) => {
    const left = await endProcesses({ groups: ended, markPrefix }, runtime);
    if (left.length > 0) logger.warn('processes do not end', { pids: left.join(' ') });
    for (const group of ended) forget(group);
  };

  return {
    newMark: () => `${prefix}${++count}.`,
    started(group, mark) {
      // A number is a group's for as long as it has members: those without are let go in time.
      for (const old of groups.keys()) if (!hasMembers(old)) forget(old);
      groups.set(group, mark);
      guardian.watch(group);
      let hasExited = false;
      /** Once it is let go, its number may become that of another command. */
      const isOurs = () => groups.get(group) === mark;
      return {
        leaderExited() {
          hasExited = true;
          if (isOurs() && !hasMembers(group)) forget(group);
        },
        async hasLeft() {
          if (!isOurs() || !hasMembers(group)) return false;
          return (await findProcesses({ groups: [group] })).length > 0;
        },
        async end() {
          if (hasExited && isOurs() && !hasMembers(group)) forget(group);
          await endAll(isOurs() ? [group] : [], mark);
        },
      };
    },
    async dispose() {
      if (count === 0) return;
      await endAll([...groups.keys()], prefix);
      guardian.leave();
    },
  };
}
