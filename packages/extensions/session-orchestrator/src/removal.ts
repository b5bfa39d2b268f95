import { CodedError } from '@dispatch/contracts';
import type { Core } from './core.ts';

/** How long a deleted conversation's turn may take to end, and how often the store is asked whether it has. */
const endDeadlineMs = 5000;
const lookEveryMs = 100;

/** Contract `Conversations.abort`. The mark in the store outlives whoever runs the turn. */
export async function abortTurn(core: Core, conversationId: string): Promise<{ turnId: string }> {
  const actor = core.actors.get(conversationId);
  if (actor?.isStarting === true) await actor.settled();
  const live = actor?.live;
  const turnId = live?.turnId ?? (await runningTurn(core, conversationId));
  live?.abort();
  const owner =
    turnId === undefined ? undefined : await core.store.requestAbort(conversationId, turnId);
  if (turnId === undefined || (owner === undefined && live === undefined)) {
    throw new CodedError('no-active-turn', {
      message: `No turn is running in the conversation ${conversationId}.`,
    });
  }
  // It may have been started or taken up here since it was looked for, or be so now.
  const later = core.actors.get(conversationId);
  if (later?.live === undefined) await later?.settled();
  if (later?.live?.turnId === turnId) later.live.abort();
  else if (owner === '') core.takeUp();
  else if (owner !== undefined) core.hosts.send(owner, { kind: 'abort', conversationId, turnId });
  return { turnId };
}

async function runningTurn(core: Core, conversationId: string): Promise<string | undefined> {
  const [head] = await core.store.readHeads([conversationId]);
  return head?.running?.turnId;
}

/** Contract `Conversations.remove`. */
export async function removeConversation(core: Core, conversationId: string): Promise<void> {
  const { actors, store, runtime } = core;
  await actors.use(conversationId, async (actor) => {
    await actor.settled();
    await abortTurn(core, conversationId).catch(() => {});
    const until = runtime.now() + endDeadlineMs;
    while (runtime.now() < until) {
      const isRunning = (await runningTurn(core, conversationId)) !== undefined;
      if (!isRunning && actor.live === undefined) break;
      const timer = runtime.newAbortController();
      const sleep = runtime.sleep(lookEveryMs, timer.signal);
      await Promise.race(actor.live === undefined ? [sleep] : [sleep, actor.live.ended]);
      timer.abort();
    }
    actor.live?.abandon(new Error('its conversation is deleted'));
    await store.deleteConversation(conversationId);
  });
  removed(core, conversationId);
}

/** The conversation is gone from the store: nothing of it stays, here or on another host. */
export function removed(core: Core, conversationId: string): void {
  forgetConversation(core, conversationId);
  core.hosts.tell({ kind: 'deleted', conversationId });
}

/** Nothing of a deleted conversation stays here. */
export function forgetConversation(core: Core, conversationId: string): void {
  const { actors, logs, runtime, watch, localTurns } = core;
  const actor = actors.get(conversationId);
  if (actor !== undefined) {
    const { live } = actor;
    live?.abandon(new Error('its conversation is deleted'));
    if (live !== undefined) localTurns.delete(live.turnId);
    live?.end();
    actor.live = undefined;
    actor.mayHaveQueued = false;
    actor.holdMirror(undefined);
    for (const log of logs.of(conversationId)) {
      if (log.state === 'open' || log.state === 'broken') log.close(runtime.now());
      logs.drop(log);
    }
    actors.forget(actor);
  }
  watch.deleted(conversationId);
}
