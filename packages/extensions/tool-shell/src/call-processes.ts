import type { Runtime } from '@dispatch/contracts';
import type { Logger } from '@dispatch/kernel';
import { createGuardian } from './guardian.ts';
import { hasMembers } from './processes.ts';
import { endProcesses } from './reaper.ts';

/** Knows which processes the calls of one host have started, and ends them. */
export interface CallProcesses {
  /** Unlike any other mark, of this host or another. */
  newMark(callId: string): string;
  /** The leader of a new group; undefined where the command did not start. */
  started(group: number | undefined): void;
  exited(group: number | undefined, leftRunning: boolean): void;
  /** Begins to end a call's processes; does not wait for it. */
  end(group: number | undefined, mark: string): void;
  /** Ends all that is left of any call. Resolves when it is gone. */
  dispose(): Promise<void>;
}

export function createCallProcesses(
  runtime: Pick<Runtime, 'sleep' | 'now' | 'randomHex'>,
  logger: Pick<Logger, 'warn'>,
): CallProcesses {
  const prefix = `${runtime.randomHex(8)}.`;
  const guardian = createGuardian(prefix);
  /** Groups of commands that run, and of those that left processes behind. */
  const groups = new Set<number>();
  const endings = new Set<Promise<void>>();
  let calls = 0;

  const forget = (group: number) => {
    groups.delete(group);
    guardian.forget(group);
  };

  const endAll = async (ended: readonly number[], markPrefix: string) => {
    const belonging = { groups: ended, markPrefix };
    const left = await endProcesses(belonging, runtime);
    if (left.length > 0) logger.warn('processes do not end', { pids: left.join(' ') });
    for (const group of ended) forget(group);
  };

  return {
    newMark: (callId) => `${prefix}${++calls}.${callId.replaceAll(/[^\w-]/g, '_')}`,
    started(group) {
      if (group === undefined) return;
      // A number is a group's for as long as it has members: those without are let go in time.
      for (const old of groups) if (!hasMembers(old)) forget(old);
      groups.add(group);
      guardian.watch(group);
    },
    exited(group, leftRunning) {
      if (group !== undefined && !leftRunning) forget(group);
    },
    end(group, mark) {
      const ending = endAll(group === undefined ? [] : [group], mark);
      endings.add(ending);
      void ending.finally(() => endings.delete(ending));
    },
    async dispose() {
      if (calls === 0) return;
      await Promise.all([...endings, endAll([...groups], prefix)]);
      guardian.leave();
    },
  };
}
