import type { Core } from './core.ts';
import { loseTurn } from './finish-turn.ts';

/** Says to the store that this host lives, and hears which of its turns are no longer its own. */
export async function renew(core: Core): Promise<void> {
  const { runtime, store, options, actors } = core;
  const askedAt = runtime.now();
  const running = [...actors.all()].flatMap(({ live }) => live ?? []);
  const owned = await store.renewLeases(options.hostId, options.leaseMs);
  core.leasedUntil = askedAt + options.leaseMs;
  const marks = new Map(owned.map(({ turnId, isAbortRequested }) => [turnId, isAbortRequested]));
  for (const turn of running) {
    const isAbortRequested = marks.get(turn.turnId);
    if (isAbortRequested === true) turn.abort();
    if (isAbortRequested !== undefined || turn.options.actor.live !== turn) continue;
    turn.doubt();
    const { conversationId } = turn.log;
    const record = await store.readTurn(conversationId, turn.turnId);
    const { epoch } = await turn.lease;
    // Sealed by this very host, which is about to tell it.
    const isOwn = record?.epoch === epoch && record.owner === options.hostId;
    if (!isOwn) loseTurn(core, turn, 'another host has taken it over');
  }
}
