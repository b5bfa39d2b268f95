import type { Runtime } from '@dispatch/contracts';
import type { Part } from './packets.ts';

export interface AssemblyOptions {
  readonly runtime: Pick<Runtime, 'now' | 'sleep'>;
  /** UTF-16 units of all parts that wait. The message that has waited longest for a part goes first. */
  readonly maxUnits: number;
  /** A message whose next part does not come for so long is let go. */
  readonly timeoutMs: number;
  /** So many messages were let go. */
  readonly onLost: (count: number) => void;
}

interface Incomplete {
  readonly parts: Map<number, string>;
  units: number;
  lastPartAt: number;
}

/** Puts parts together, in whatever order they come. Bounded in memory and in time. */
export function createAssembly(options: AssemblyOptions) {
  const { runtime, maxUnits, timeoutMs, onLost } = options;
  /** In the order of their last parts: the first has waited longest. */
  const waiting = new Map<string, Incomplete>();
  const stop = new AbortController();
  let units = 0;
  let isWatching = false;

  function remove(key: string, incomplete: Incomplete): void {
    waiting.delete(key);
    units -= incomplete.units;
  }

  function letGo(isToGo: (incomplete: Incomplete) => boolean): void {
    let count = 0;
    for (const [key, incomplete] of waiting) {
      if (!isToGo(incomplete)) break;
      remove(key, incomplete);
      count += 1;
    }
    if (count > 0) onLost(count);
  }

  async function watch(): Promise<void> {
    isWatching = true;
    while (waiting.size > 0 && !stop.signal.aborted) {
      await runtime.sleep(timeoutMs / 4, stop.signal);
      const limit = runtime.now() - timeoutMs;
      letGo(({ lastPartAt }) => lastPartAt <= limit);
    }
    isWatching = false;
  }

  return {
    /** The whole text, with its last part. */
    add(part: Part): string | undefined {
      const key = `${part.sender}${part.id}`;
      const incomplete = waiting.get(key) ?? { parts: new Map(), units: 0, lastPartAt: 0 };
      if (incomplete.parts.has(part.index)) return undefined;
      incomplete.parts.set(part.index, part.text);
      incomplete.units += part.text.length;
      units += part.text.length;
      if (incomplete.parts.size === part.count) {
        remove(key, incomplete);
        return join(incomplete.parts);
      }
      incomplete.lastPartAt = runtime.now();
      waiting.delete(key);
      waiting.set(key, incomplete);
      letGo(() => units > maxUnits);
      if (!isWatching) void watch();
      return undefined;
    },
    close(): void {
      stop.abort();
      waiting.clear();
      units = 0;
    },
  };
}

function join(parts: ReadonlyMap<number, string>): string {
  let text = '';
  for (let index = 0; index < parts.size; index += 1) text += parts.get(index) ?? '';
  return text;
}
