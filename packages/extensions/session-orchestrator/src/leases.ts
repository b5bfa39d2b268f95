import type { Core } from './core.ts';
import { loseTurn } from './finish-turn.ts';
import { linkMirror } from './positions.ts';
import { recover } from './recovery.ts';
import { renew } from './renewal.ts';

/** An idempotency key is good for 24 h (WIRE.md section 4); old ones are looked for once in so many rounds. */
const keyLifetimeMs = 24 * 60 * 60 * 1000;
const keyRounds = 1000;
/** Conversations that the store is asked for at once. */
const headsAtOnce = 1000;

/** Keeps leases alive and takes over what was lost, until the orchestrator stops. Never rejects. */
export async function maintain(core: Core): Promise<void> {
  const { runtime, store, logs, hosts } = core;
  let rounds = 0;
  while (!core.stopSignal.aborted) {
    await runtime.sleep(hosts.heartbeatMs, core.stopSignal);
    if (core.stopSignal.aborted) return;
    logs.expire(runtime.now());
    hosts.beat(runtime.now());
    try {
      await renew(core);
      if (!core.isStopping) await recover(core);
      if (hosts.hasMetOthers) await catchUp(core);
      if (rounds % keyRounds === 0) {
        await store.dropIdempotencyKeys(runtime.wallNow() - keyLifetimeMs);
      }
      rounds += 1;
    } catch (error) {
      core.logger.warn('leases could not be renewed', { error: String(error) });
    }
  }
}

/**
 * Stops what runs here when the leases may be over: another host may have the turns by now, and no
 * tool may run on beside its second run there. Until the orchestrator stops; never rejects.
 */
export async function guardLeases(core: Core): Promise<void> {
  const { runtime, options, actors } = core;
  while (!core.stopSignal.aborted) {
    const leftMs = core.leasedUntil - runtime.now();
    await runtime.sleep(leftMs > 0 ? leftMs : options.leaseMs / 10, core.stopSignal);
    if (core.stopSignal.aborted || runtime.now() < core.leasedUntil) continue;
    for (const { live } of actors.all()) {
      if (live !== undefined) loseTurn(core, live, 'its lease could not be renewed in time');
    }
  }
}

/** What others have done in conversations that are followed here, should nobody have said so. */
async function catchUp(core: Core): Promise<void> {
  const { store, actors, options } = core;
  const followed = [...actors.all()].filter(
    ({ followers, live, isStarting, mirror }) =>
      followers > 0 &&
      live === undefined &&
      // One that is just being made would be taken for a deleted one.
      !isStarting &&
      (mirror === undefined || mirror.isOver),
  );
  for (let start = 0; start < followed.length; start += headsAtOnce) {
    const some = followed.slice(start, start + headsAtOnce);
    const before = new Map(some.map((actor) => [actor.conversationId, actor.newest]));
    const heads = await store.readHeads([...before.keys()]);
    const known = new Map(heads.map((head) => [head.conversationId, head]));
    for (const actor of some) {
      const { conversationId } = actor;
      if (actor.live !== undefined || actor.newest !== before.get(conversationId)) continue;
      const head = known.get(conversationId);
      if (head === undefined) actors.forget(actor);
      else if (head.running === undefined) actor.standsAt(head.lastSeq);
      else if (head.running.owner !== options.hostId) {
        const { turnId, owner } = head.running;
        void linkMirror(core, actor, { turnId, owner, from: 0 });
      }
    }
  }
}
