import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client } from '@dispatch/client';
import type { StoredChunk } from '@dispatch/wire';
import { checkRecord } from '../checks/check-record.ts';
import { createReaderChecks, type ReaderChecks } from '../checks/reader-checks.ts';
import type { ReaderListener } from '../checks/reader-listener.ts';
import type { Violations } from '../checks/violations.ts';
import type { Taps } from '../cluster/fast-client.ts';
import type { Random } from '../random.ts';
import type { ConversationRecord } from './conversation-record.ts';
import { converse } from './converse.ts';
import { patiently } from './patience.ts';

export interface Users {
  readonly count: number;
  /** Where the shell calls run. */
  readonly cwd: string;
  readonly random: Random;
  /** The longest that any turn may take. */
  readonly withinMs: number;
  readonly violations: Violations;
  /** No new conversation is begun once it fires. */
  readonly signal: AbortSignal;
  newClient(name: string, random: Random, taps: Taps): Client;
  readonly reader: ReaderListener;
  /** A turn is sealed. */
  onTurn(turnId: string): void;
  /** A conversation is over and checked. */
  onChecked(turnIds: readonly string[], givenUp: number): void;
  /** How many owners a turn has had, as the database knows it. */
  ownersOf(turnId: string): Promise<number>;
}

/** Holds conversations, one after the other for each user, and checks each when it is over. */
export async function runUsers(users: Users): Promise<void> {
  await Promise.all(Array.from({ length: users.count }, (_, user) => runUser(users, user)));
}

async function runUser(users: Users, user: number): Promise<void> {
  for (let index = 0; !users.signal.aborted; index += 1) {
    const conversationId = `user${user}-${index}`;
    const random = users.random.fork(conversationId);
    const complain = (words: string) => users.violations.add(words);
    const reader = createReaderChecks({
      ...users.reader,
      complain: (words) => complain(`${conversationId}: ${words}`),
    });
    const client = users.newClient(conversationId, random.fork('client'), reader.taps);
    try {
      const record = await converse({
        client,
        conversationId,
        cwd: users.cwd,
        random,
        withinMs: users.withinMs,
        complain,
        onTurn: users.onTurn,
      });
      await checkConversation(users, client, record, reader);
    } catch (error) {
      complain(`${conversationId}: ${error instanceof Error ? error.message : error}`);
    }
  }
}

async function checkConversation(
  { cwd, withinMs, violations, ownersOf, onChecked }: Users,
  client: Client,
  record: ConversationRecord,
  reader: ReaderChecks,
): Promise<void> {
  const { conversationId, marksFile } = record;
  const snapshot = await patiently(withinMs, () => client.snapshot(conversationId));
  const metrics = await patiently(withinMs, () => client.metrics(conversationId));
  const text = await readFile(join(cwd, marksFile), 'utf8').catch(() => '');
  const marks = text.split('\n').filter((mark) => mark !== '');
  const turns = Map.groupBy(snapshot.chunks, ({ turnId }) => turnId);
  const givenUp = new Map<string, number>();
  for (const [turnId, chunks] of turns) {
    if (isGivenUp(chunks)) givenUp.set(turnId, await ownersOf(turnId));
  }
  const problems = checkRecord(record, { snapshot, metrics, marks, givenUp });
  for (const words of problems) violations.add(words);
  for (const words of reader.compare(snapshot.chunks)) violations.add(words);
  onChecked([...turns.keys()], givenUp.size);
}

/** True where the turn's end says that it was given up (WIRE.md section 4, codes of a turn). */
function isGivenUp(ofTurn: readonly StoredChunk[]): boolean {
  return ofTurn.some(({ chunk }) => chunk.type === 'error' && chunk.code === 'turn-unrecoverable');
}
