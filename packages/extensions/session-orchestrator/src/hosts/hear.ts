import type { Core } from '../core.ts';
import { linkMirror } from '../positions.ts';
import { baseOf, recoverSoon } from '../recovery.ts';
import { forgetConversation } from '../removal.ts';
import { renew } from '../renewal.ts';
import type { ToAll, ToOne } from './host-messages.ts';

type Turn = Extract<ToAll, { kind: 'turn' }>;

/** What another host says has happened. A hint that may be late or doubled: the store alone is believed. */
export function heardFromHost(
  core: Core,
  message: ToAll | Extract<ToOne, { kind: 'abort' }>,
): void {
  switch (message.kind) {
    case 'turn':
      heardOfTurn(core, message);
      return;
    case 'released':
      recoverSoon(core);
      return;
    case 'changed':
      core.watch.changed(message.conversationId);
      return;
    case 'deleted':
      void heardOfDeletion(core, message.conversationId);
      return;
    case 'abort':
      heardOfAbort(core, message.conversationId, message.turnId);
  }
}

function heardOfTurn(core: Core, { host, conversationId, turnId, epoch }: Turn): void {
  const actor = core.actors.get(conversationId);
  if (actor === undefined) return;
  for (const mirror of core.hosts.mirrors) {
    if (mirror.turnId === turnId) mirror.ownedBy(host);
  }
  const { live } = actor;
  if (live?.turnId === turnId) void checkOwnership(core);
  if (actor.followers === 0 || live !== undefined || actor.isStarting) return;
  const wanted = { turnId, owner: host, from: baseOf(epoch) };
  void linkMirror(core, actor, wanted);
}

/** Another host says that it runs what runs here. */
async function checkOwnership(core: Core): Promise<void> {
  await renew(core).catch(() => {
    // The next round of the leases finds it out.
  });
}

/** A conversation of that name may have been made since. */
async function heardOfDeletion(core: Core, conversationId: string): Promise<void> {
  const heads = await core.store.readHeads([conversationId]).catch(() => undefined);
  if (heads?.length === 0) forgetConversation(core, conversationId);
}

function heardOfAbort(core: Core, conversationId: string, turnId: string): void {
  const live = core.actors.get(conversationId)?.live;
  if (live?.turnId === turnId) live.abort();
}
