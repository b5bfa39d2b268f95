import type { SentMessage } from '../model/sent-message.ts';
import { type Attempt, type Body, type Channel, numberField, textFields } from './channel.ts';
import { ask, type ClientSurroundings } from './client.ts';

/** A person who talks in one conversation: starts turns, queues, takes back, aborts. */
export async function runSender(
  surroundings: ClientSurroundings,
  who: string,
  conversationId: string,
  channel: Channel,
): Promise<void> {
  const { world } = surroundings;
  const sender = { ...surroundings, who, conversationId, channel };
  for (let left = world.pick([1, 2, 2, 3, 4]); left > 0; left -= 1) {
    if (world.chance(0.8)) await world.sleep(world.between(0, 300));
    const action = world.random();
    if (action < 0.5) await startTurn(sender);
    else if (action < 0.75) await queueMessage(sender);
    else if (action < 0.85) await takeBack(sender);
    else if (action < 0.94) await abort(sender);
    else if (action < 0.97) await fork(sender);
    else await remove(sender);
  }
}

interface Sender extends ClientSurroundings {
  readonly who: string;
  readonly conversationId: string;
  readonly channel: Channel;
}

async function startTurn(sender: Sender): Promise<void> {
  const { channel } = sender;
  const message = say(sender, 'turn');
  const attempt = () => channel.start(bodyOf(message));
  const fields = await untilAnswered(sender, message, attempt);
  if (fields?.turnId === undefined) return;
  message.turnId = fields.turnId;
  await mayRepeat(sender, message, 'turnId', attempt);
}

async function queueMessage(sender: Sender): Promise<void> {
  const { channel } = sender;
  const message = say(sender, 'queue');
  const attempt = () => channel.queue(bodyOf(message));
  const fields = await untilAnswered(sender, message, attempt);
  if (fields?.queueId === undefined) return;
  message.queueId = fields.queueId;
  if (sender.world.chance(0.3)) await takeBack(sender);
  await mayRepeat(sender, message, 'queueId', attempt);
}

/** What is sent again under its key, though it was answered, gets the answer that it had. */
async function mayRepeat(
  { world, sent }: Sender,
  message: SentMessage,
  field: 'turnId' | 'queueId',
  attempt: () => Promise<Attempt>,
): Promise<void> {
  const { hasKey, text, conversationId } = message;
  if (!hasKey || sent.isDeleted(conversationId) || !world.chance(0.3)) return;
  const isSettled = message.settledAt !== Number.POSITIVE_INFINITY;
  message.settledAt = Number.POSITIVE_INFINITY;
  const tried = await attempt();
  if (isSettled && tried.outcome !== 'unknown') message.settledAt = world.now();
  if (tried.outcome !== 'done' || sent.isDeleted(conversationId)) return;
  if (tried.fields[field] === message[field]) return;
  world.violated('key-names-one', `${text} is ${message[field]}, then ${tried.fields[field]}`);
}

function say({ world, sent, conversationId }: Sender, kind: SentMessage['kind']): SentMessage {
  const hasKey = world.chance(0.5);
  const hasImage = world.chance(0.05);
  return sent.add({ conversationId, kind, hasKey, hasImage, sentAt: world.now() });
}

function bodyOf({ text, hasKey, hasImage }: SentMessage): Body {
  const image = { type: 'image', mediaType: 'image/png', data: 'aW1hZ2U=' };
  const message = hasImage ? [{ type: 'text', text }, image] : text;
  return { message, ...(hasKey ? { idempotencyKey: text } : {}) };
}

/** Tries again as a good client does: with a key whatever happened, without one only what was refused. */
async function untilAnswered(
  { world }: Sender,
  message: SentMessage,
  attempt: () => Promise<Attempt>,
): Promise<Readonly<Record<string, string>> | undefined> {
  let isUnknown = false;
  for (let tries = world.between(1, 4); tries > 0; tries -= 1) {
    const tried = await attempt();
    if (tried.outcome === 'done') {
      message.state = 'acknowledged';
      message.acknowledgedAt = world.now();
      message.settledAt = isUnknown ? Number.POSITIVE_INFINITY : world.now();
      return tried.fields;
    }
    isUnknown ||= tried.outcome === 'unknown';
    if (isUnknown && !message.hasKey) break;
    await world.sleep(world.between(10, 400));
  }
  message.state = isUnknown ? 'unknown' : 'refused';
  return undefined;
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
  else if (reply?.status === 404) delete message.removal;
}

async function abort({ world, sent, channel }: Sender): Promise<void> {
  sent.areAbortsAsked = true;
  const tried = await channel.abort();
  if (tried.outcome !== 'done') return;
  const { turnId = '' } = tried.fields;
  if (!sent.aborts.has(turnId)) sent.aborts.set(turnId, world.now());
}

async function fork(sender: Sender): Promise<void> {
  const { sent, who, conversationId } = sender;
  const path = `/conversations/${conversationId}/fork`;
  const reply = await ask(sender, who, { method: 'POST', path });
  if (reply?.status !== 201) return;
  const { conversationId: newConversationId = '' } = textFields(reply.json);
  sent.forks.push({
    conversationId,
    newConversationId,
    lastSeq: numberField(reply.json, 'lastSeq'),
  });
}

async function remove(sender: Sender): Promise<void> {
  const { world, sent, who, conversationId } = sender;
  const deletion = { conversationId, askedAt: world.now(), isAnswered: false };
  sent.deletions.push(deletion);
  const path = `/conversations/${conversationId}`;
  const reply = await ask(sender, who, { method: 'DELETE', path });
  deletion.isAnswered = reply?.status === 204;
}
