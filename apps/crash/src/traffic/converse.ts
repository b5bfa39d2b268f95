import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@dispatch/client';
import type { Random } from '../random.ts';
import type { ConversationRecord, SentTurn } from './conversation-record.ts';
import { readTurn } from './http-turn.ts';
import { isRefusedWith, patiently } from './patience.ts';
import { planTurn } from './script.ts';
import { untilQuiet } from './until-quiet.ts';
import { type Watcher, watchConversation } from './watcher.ts';

export interface Converse {
  readonly client: Client;
  readonly conversationId: string;
  /** Where the shell calls run. */
  readonly cwd: string;
  readonly random: Random;
  /** The longest that any answer, and any turn, may take. */
  readonly withinMs: number;
  complain(words: string): void;
  /** A turn is sealed. */
  onTurn(turnId: string): void;
}

/**
 * One conversation of a few turns: some read over HTTP, some left to the one who watches over a
 * socket, some aborted; messages are queued meanwhile. Resolves when nothing runs or waits any more.
 */
export async function converse(options: Converse): Promise<ConversationRecord> {
  const { client, conversationId, random, withinMs } = options;
  const marksFile = `${conversationId}.marks`;
  const record: ConversationRecord = { conversationId, marksFile, turns: [], queued: [] };
  let watcher: Watcher | undefined;
  try {
    const count = random.between(2, 5);
    for (let index = 0; index < count; index += 1) {
      await runTurn(options, record, index, random.fork(`turn ${index}`));
      if (index === 0 && random.chance(0.6)) {
        watcher = watchConversation(client, conversationId, (error) =>
          options.complain(`${conversationId}: who watched was sent away: ${error}`),
        );
      }
    }
    await untilQuiet(client, conversationId, withinMs);
    if (watcher !== undefined) {
      const { lastSeq } = await patiently(withinMs, () => client.get(conversationId));
      record.watched = await watcher.seen(lastSeq, withinMs);
    }
    return record;
  } finally {
    watcher?.close();
  }
}

async function runTurn(
  options: Converse,
  record: ConversationRecord,
  index: number,
  random: Random,
): Promise<void> {
  const { client, conversationId, cwd, withinMs } = options;
  const plan = planTurn(`${conversationId}-${index}`, record.marksFile, random);
  const sent = await sendWhenIdle(options, {
    conversationId,
    cwd,
    message: plan.message,
    idempotencyKey: `${conversationId}-${index}`,
  });
  const { turnId } = sent;
  const turn: SentTurn = { turnId, plan, wasAborted: false };
  record.turns.push(turn);
  const aside = [queueSome(options, record, index, random.fork('queue'))];
  if (random.chance(0.08)) aside.push(abort(options, turn, random.fork('abort')));
  turn.view = await readTurn({
    client,
    conversationId,
    turnId,
    items: sent,
    withinMs,
    leaveAfter: () => (random.chance(0.5) ? random.between(1, 25) : Number.POSITIVE_INFINITY),
  });
  options.onTurn(turnId);
  await Promise.all(aside);
}

/** While a turn of the queue runs, no other can be started. */
async function sendWhenIdle(
  options: Converse,
  body: Parameters<Client['send']>[0] & { readonly conversationId: string },
) {
  for (;;) {
    try {
      return await patiently(options.withinMs, () => options.client.send(body));
    } catch (error) {
      if (!isRefusedWith(error, 'conversation-busy')) throw error;
    }
    await untilQuiet(options.client, body.conversationId, options.withinMs);
  }
}

async function queueSome(
  { client, conversationId, withinMs }: Converse,
  record: ConversationRecord,
  turnIndex: number,
  random: Random,
): Promise<void> {
  const count = random.chance(0.4) ? random.between(1, 3) : 0;
  for (let index = 0; index < count; index += 1) {
    await sleep(random.between(0, 600));
    const text = `${conversationId}-${turnIndex} aside ${index}`;
    const message = { message: text, idempotencyKey: text };
    const { queueId } = await patiently(withinMs, () => client.queue(conversationId, message));
    record.queued.push({ queueId, text });
  }
}

async function abort(
  { client, conversationId, withinMs }: Converse,
  turn: SentTurn,
  random: Random,
): Promise<void> {
  await sleep(random.between(0, 800));
  turn.wasAborted = true;
  try {
    await patiently(withinMs, () => client.abort(conversationId));
  } catch (error) {
    if (!isRefusedWith(error, 'no-active-turn')) throw error;
  }
}
