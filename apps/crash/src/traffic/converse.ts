import { setTimeout as sleep } from 'node:timers/promises';
import type { Client, ConversationView } from '@dispatch/client';
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
      await runTurn(options, record, index, random.fork(`turn ${index}`), watcher);
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
  watcher: Watcher | undefined,
): Promise<void> {
  const { conversationId, cwd } = options;
  const plan = planTurn(`${conversationId}-${index}`, record.marksFile, random);
  const body = {
    conversationId,
    cwd,
    message: plan.message,
    idempotencyKey: `${conversationId}-${index}`,
  };
  // The other half is read over HTTP, by one who goes away and comes back.
  const started = await (watcher !== undefined && random.chance(0.5)
    ? startOverSocket(options, body, watcher)
    : startOverHttp(options, body, random));
  const turn: SentTurn = { turnId: started.turnId, plan, wasAborted: false };
  record.turns.push(turn);
  const aside = [queueSome(options, record, index, random.fork('queue'))];
  if (random.chance(0.08)) aside.push(abort(options, turn, random.fork('abort')));
  const view = await started.read();
  if (view !== undefined) turn.view = view;
  options.onTurn(turn.turnId);
  await Promise.all(aside);
}

type Body = Parameters<Client['send']>[0];

/** A turn that a host has acknowledged. */
interface Started {
  readonly turnId: string;
  /** Resolves when it is sealed, with what its own reader saw where it has one. */
  read(): Promise<ConversationView | undefined>;
}

async function startOverHttp(options: Converse, body: Body, random: Random): Promise<Started> {
  const { client, conversationId, withinMs } = options;
  const sent = await whenIdle(options, () => client.send(body));
  const { turnId } = sent;
  const leaveAfter = () => (random.chance(0.5) ? random.between(1, 25) : Number.POSITIVE_INFINITY);
  const read = { client, conversationId, turnId, items: sent, withinMs, leaveAfter };
  return { turnId, read: () => readTurn(read) };
}

async function startOverSocket(options: Converse, body: Body, watcher: Watcher): Promise<Started> {
  const { turnId } = await whenIdle(options, () => watcher.send(body));
  return {
    turnId,
    async read() {
      await watcher.sealed(turnId, options.withinMs);
      return undefined;
    },
  };
}

/** While a turn of the queue runs, no other can be started. */
async function whenIdle<T>(
  { client, conversationId, withinMs }: Converse,
  start: () => Promise<T>,
): Promise<T> {
  for (;;) {
    try {
      return await patiently(withinMs, start);
    } catch (error) {
      if (!isRefusedWith(error, 'conversation-busy')) throw error;
    }
    await untilQuiet(client, conversationId, withinMs);
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
