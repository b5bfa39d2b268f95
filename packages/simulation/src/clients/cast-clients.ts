import type { Consents } from '../model/consents.ts';
import type { World } from '../world/world.ts';
import type { Audience } from './audience.ts';
import type { Channel } from './channel.ts';
import type { ClientSurroundings } from './client.ts';
import { decideOnCalls } from './decider.ts';
import { followLines, pollMessages } from './line-follower.ts';
import { Mirror } from './mirror.ts';
import { requestChannel } from './request-channel.ts';
import { runSender } from './sender.ts';
import { SocketSession } from './socket-session.ts';

/** All clients of a history. */
export interface Cast {
  /** By conversation. */
  readonly audiences: ReadonlyMap<string, Audience>;
  /** Nobody has anything to say any more. */
  isSilent(): boolean;
  /** Events that clients were told. */
  countEvents(): number;
}

/** Lets people talk in one conversation or two, and others listen. */
export function castClients(
  surroundings: ClientSurroundings & { readonly consents: Consents },
): Cast {
  const { world, weather, consents } = surroundings;
  const audiences = new Map<string, Audience>();
  let senders = 0;
  let talking = 0;
  for (const conversationId of world.chance(0.2) ? ['c', 'd'] : ['c']) {
    const audience: Audience = { followers: [], readers: [] };
    audiences.set(conversationId, audience);
    for (let left = world.pick([1, 1, 1, 2]); left > 0; left -= 1) {
      senders += 1;
      talking += 1;
      const who = `sender-${senders}`;
      const channel = talk(surroundings, who, conversationId, audience);
      const talked = runSender(surroundings, who, conversationId, channel).then(() => {
        talking -= 1;
      });
      watchOver(world, talked);
    }
    for (let left = weather.asking?.deciders ?? 0; left > 0; left -= 1) {
      const who = `decider-${conversationId}${left}`;
      watchOver(world, decideOnCalls(surroundings, consents, who, conversationId));
    }
    const mirror = new Mirror(`reader-${conversationId}`, world);
    audience.followers.push(mirror);
    watchOver(world, follow(surroundings, conversationId, mirror));
  }
  return {
    audiences,
    isSilent: () => talking === 0,
    countEvents: () =>
      [...audiences.values()]
        .flatMap(({ followers, readers }) => [...followers, ...readers])
        .reduce((sum, { events }) => sum + events, 0),
  };
}

/** A reader's way to hear of all. */
function follow(
  surroundings: ClientSurroundings,
  conversationId: string,
  mirror: Mirror,
): Promise<void> {
  const way = surroundings.world.random();
  if (way < 0.1) return pollMessages(surroundings, conversationId, mirror);
  if (way < 0.55) return followLines(surroundings, conversationId, mirror);
  return new SocketSession(surroundings, conversationId, () => mirror).follow();
}

/** A person's way to talk: over a socket, which may also follow, or by requests. */
function talk(
  surroundings: ClientSurroundings,
  who: string,
  conversationId: string,
  { followers, readers }: Audience,
): Channel {
  const { world } = surroundings;
  if (world.chance(0.6)) {
    return requestChannel(surroundings, who, conversationId, (mirror) => readers.push(mirror));
  }
  if (world.chance(0.5)) {
    return new SocketSession(surroundings, conversationId, () => {
      const mirror = new Mirror(`${who}/${readers.length}`, world);
      readers.push(mirror);
      return mirror;
    });
  }
  const mirror = new Mirror(who, world);
  followers.push(mirror);
  const session = new SocketSession(surroundings, conversationId, () => mirror);
  watchOver(world, session.follow());
  return session;
}

/** A client that fails has met what no host may answer. */
function watchOver(world: World, work: Promise<unknown>): void {
  work.catch((error: unknown) => {
    world.violated(
      'client',
      error instanceof Error ? (error.stack ?? error.message) : String(error),
    );
  });
}
