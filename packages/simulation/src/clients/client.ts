import type { SentMessages } from '../model/sent-message.ts';
import type { Exchange, ResponseHead } from '../network/exchange.ts';
import type { WireRequest } from '../network/host-server.ts';
import type { Endpoint, Network } from '../network/network.ts';
import type { Weather } from '../world/weather.ts';
import type { World } from '../world/world.ts';

/** What an actor at the client's end has. */
export interface ClientSurroundings {
  readonly world: World;
  readonly weather: Weather;
  readonly network: Network;
  readonly hosts: readonly [Endpoint, ...Endpoint[]];
  readonly sent: SentMessages;
  /** When a conversation first had more than `seq` chunks; undefined: it has not. */
  readonly committedSince: (conversationId: string, seq: number) => number | undefined;
}

/** So long a client waits for an answer before it goes away. */
export const patienceMs = 1500;

/** A stream that says nothing for so long is left: its host may be frozen. Once all is healed it need not be. */
export function silenceMs({ world, weather }: ClientSurroundings): number {
  return patienceMs + (world.isHealed ? 10 : 2) * weather.leaseMs;
}

/** A stream was left in silence: had there been something to tell, it was forgotten. */
export function judgeSilence(
  { world, weather, committedSince }: ClientSurroundings,
  conversationId: string,
  { name, seq }: { readonly name: string; readonly seq: number },
  heardAt: number,
): void {
  const since = committedSince(conversationId, seq);
  if (since === undefined) return;
  world.checks += 1;
  // Until then a host may be frozen, or just be about to take a turn over.
  const thawedAt = world.healedAt + 4 * weather.leaseMs;
  const waitedMs = world.now() - Math.max(since, heardAt, thawedAt);
  if (waitedMs < 2 * weather.leaseMs + patienceMs) return;
  world.violated('told-in-time', `${name} was not told what came behind ${seq} for ${waitedMs} ms`);
}

/** A reply to a request that is not a stream. */
export interface Reply {
  readonly status: number;
  readonly json: unknown;
}

/** Asks some host, as a load balancer would choose it. Undefined: no answer, or none that is whole. */
export async function ask(
  surroundings: ClientSurroundings,
  who: string,
  request: WireRequest,
): Promise<Reply | undefined> {
  const { world } = surroundings;
  const exchange = open(surroundings, who, request);
  const head = await headOf(world, exchange);
  // What is no stream comes as a whole.
  const text = head && (await exchange.text());
  if (head === undefined || text === undefined) return undefined;
  world.note(who, `${head.status}`, text);
  return { status: head.status, json: text === '' ? undefined : JSON.parse(text) };
}

export function open(
  { world, network, hosts }: ClientSurroundings,
  who: string,
  request: WireRequest,
): Exchange {
  const host = world.pick(hosts);
  if (world.trace.isOn) {
    const { method, path, query, body = '' } = request;
    world.note(who, `${method} ${path}`, `${JSON.stringify(query ?? {})} ${body} to ${host.name}`);
  }
  return network.request(host, request);
}

/** Undefined: there is none within a client's patience. */
export async function headOf(world: World, exchange: Exchange): Promise<ResponseHead | undefined> {
  const due = world.after(patienceMs, () => exchange.close());
  const head = await exchange.head;
  due.cancel();
  return head;
}
