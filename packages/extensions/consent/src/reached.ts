import type { PathReach } from '@dispatch/contracts';
import { isInside } from './rules/paths.ts';

/** Beyond that the oldest are forgotten: their calls are refused by the file tools, and can be asked for again. */
const maxCalls = 10_000;

interface Reach {
  readonly conversationId: string;
  readonly tool: string;
  readonly computerId: string | undefined;
  /** Absolute, links resolved; of a folder, all in it. */
  readonly paths: readonly string[];
}

/**
 * What people let single calls reach outside of their folder, while these calls run. On one host
 * alone: a call that another takes over asks for its answer again.
 */
export class Reached {
  readonly #calls = new Map<string, Reach>();

  allow(call: { readonly conversationId: string; readonly callId: string }, reach: Reach): void {
    if (reach.paths.length === 0) return;
    this.#calls.set(keyOf(call), reach);
    const [oldest] = this.#calls.keys();
    if (this.#calls.size > maxCalls && oldest !== undefined) this.#calls.delete(oldest);
  }

  forget(call: { readonly conversationId: string; readonly callId: string }): void {
    this.#calls.delete(keyOf(call));
  }

  covers({ conversationId, tool, computerId, path }: PathReach): boolean {
    for (const reach of this.#calls.values()) {
      if (
        reach.conversationId === conversationId &&
        reach.tool === tool &&
        reach.computerId === computerId &&
        reach.paths.some((folder) => isInside(path, folder))
      ) {
        return true;
      }
    }
    return false;
  }
}

function keyOf({
  conversationId,
  callId,
}: {
  readonly conversationId: string;
  readonly callId: string;
}) {
  return JSON.stringify([conversationId, callId]);
}
