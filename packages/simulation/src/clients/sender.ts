import type { SentMessage } from '../model/sent-message.ts';
import type { Reply } from './client.ts';
import { ask, type ClientSurroundings, codeOf, headOf, open } from './client.ts';

/** A person who talks in one conversation: starts turns, queues, takes back, aborts. */
export async function runSender(
  surroundings: ClientSurroundings,
  who: string,
  conversationId: string,
): Promise<void> {
  const { world } = surroundings;
  const sender = { ...surroundings, who, conversationId };
  for (let left = world.pick([1, 2, 2, 3, 4]); left > 0; left -= 1) {
    if (world.chance(0.8)) await world.sleep(world.between(0, 300));
    const action = world.random();
    if (action < 0.5) await startTurn(sender);
    else if (action < 0.75) await queueMessage(sender);
    else if (action < 0.85) await takeBack(sender);
    else if (action < 0.95) await abort(sender);
    else await remove(sender);
  }
}

interface Sender extends ClientSurroundings {
  readonly who: string;
  readonly conversationId: string;
}

/** What a try came to: `unknown` may have been done or not, or be done yet. */
type Try = 'done' | 'refused' | 'unknown';

async function startTurn(sender: Sender): Promise<void> {
  const { world, sent, who, conversationId } = sender;
  const hasKey = world.chance(0.5);
  const message = sent.add(conversationId, 'turn', hasKey, world.now());
  const body = JSON.stringify({
    conversationId,
    message: message.text,
    ...(hasKey ? { idempotencyKey: message.text } : {}),
  });
  await untilAnswered(sender, message, async () => {
    const exchange = open(sender, who, { method: 'POST', path: '/chat', body });
    const head = await headOf(world, exchange);
    if (head === undefined) return 'unknown';
    if (head.status === 200) {
      acknowledge(sender, message);
      message.turnId = head.headers['x-turn-id'] ?? '';
      world.note(who, 'turn', message.turnId);
      exchange.close();
      return 'done';
    }
    const text = await exchange.text();
    world.note(who, `${head.status}`, text);
    const json: unknown = text === undefined || text === '' ? undefined : JSON.parse(text);
    return outcomeOf({ status: head.status, json });
  });
}

async function queueMessage(sender: Sender): Promise<void> {
  const { world, sent, who, conversationId } = sender;
  const hasKey = world.chance(0.5);
  const message = sent.add(conversationId, 'queue', hasKey, world.now());
  const body = JSON.stringify({
    message: message.text,
    ...(hasKey ? { idempotencyKey: message.text } : {}),
  });
  const path = `/conversations/${conversationId}/queue`;
  await untilAnswered(sender, message, async () => {
    const reply = await ask(sender, who, { method: 'POST', path, body });
    if (reply?.status !== 202) return outcomeOf(reply);
    acknowledge(sender, message);
    message.queueId = field(reply, 'queueId');
    return 'done';
  });
}

/** Tries again as a good client does: with a key whatever happened, without one only what was refused. */
async function untilAnswered(
  { world }: Sender,
  message: SentMessage,
  attempt: () => Promise<Try>,
): Promise<void> {
  let isUnknown = false;
  for (let tries = world.between(1, 4); tries > 0; tries -= 1) {
    const outcome = await attempt();
    if (outcome === 'done') return;
    isUnknown ||= outcome === 'unknown';
    if (isUnknown && !message.hasKey) break;
    await world.sleep(world.between(10, 400));
  }
  message.state = isUnknown ? 'unknown' : 'refused';
}

function acknowledge({ world }: Sender, message: SentMessage): void {
  message.state = 'acknowledged';
  message.acknowledgedAt = world.now();
}

function outcomeOf(reply: Reply | undefined): Try {
  // A store that did not answer may have done it.
  return reply === undefined || ['store-unavailable', 'internal'].includes(codeOf(reply))
    ? 'unknown'
    : 'refused';
}

/** Takes the newest message back that may still wait. */
async function takeBack(sender: Sender): Promise<void> {
  const { sent, who, conversationId } = sender;
  const message = sent.all.findLast(
    (one) =>
      one.conversationId === conversationId &&
      one.queueId !== undefined &&
      one.removal === undefined,
  );
  if (message === undefined) return;
  const path = `/conversations/${conversationId}/queue/${message.queueId}`;
  message.removal = 'asked';
  const reply = await ask(sender, who, { method: 'DELETE', path });
  if (reply?.status === 204) message.removal = 'done';
  else if (reply !== undefined && outcomeOf(reply) === 'refused') delete message.removal;
}

async function abort(sender: Sender): Promise<void> {
  const { world, sent, who, conversationId } = sender;
  const path = `/conversations/${conversationId}/abort`;
  const reply = await ask(sender, who, { method: 'POST', path });
  if (reply?.status === 202) sent.aborts.set(field(reply, 'turnId'), world.now());
}

async function remove(sender: Sender): Promise<void> {
  const { world, sent, who, conversationId } = sender;
  const deletion = { conversationId, askedAt: world.now(), isAnswered: false };
  sent.deletions.push(deletion);
  const path = `/conversations/${conversationId}`;
  const reply = await ask(sender, who, { method: 'DELETE', path });
  deletion.isAnswered = reply?.status === 204;
}

function field({ json }: Reply, name: string): string {
  return typeof json === 'object' && json !== null ? String(Reflect.get(json, name)) : '';
}
