import { type ConversationInspection, isCodedError } from '@dispatch/contracts';
import { checkConversation, type Finding } from '@dispatch/invariants';
import type { OpenedStore, WrongCounter } from '@dispatch/store-postgres';
import { type StoreFinding, strayRows, unreadable, wrongCounter } from './store-finding.ts';

/** What was found in one conversation, and how much was looked at. */
export interface Checked {
  readonly conversationId: string;
  /** False for one that is gone, and that rows still name. */
  readonly isConversation: boolean;
  readonly chunks: number;
  readonly turns: number;
  readonly findings: readonly (Finding | StoreFinding)[];
}

/** Ids that are listed at once. */
const pageSize = 200;
/** Conversations whose histories are in memory at once. */
const concurrency = 3;

type Checks = Pick<OpenedStore, 'store' | 'rowChecks'>;

/**
 * Every conversation of the store, in the order of the ids, then what rows say of conversations that
 * are gone. Holds a few conversations at a time, however many there are. Rejects with
 * `store-unavailable` where the store does; hosts may run meanwhile.
 */
export async function* checkStore(
  { store, rowChecks }: Checks,
  leaseOverMs: number,
): AsyncGenerator<Checked, void> {
  let afterId: string | undefined;
  do {
    const ids: readonly string[] = await store.listConversationIds(pageSize, afterId);
    const counters = Map.groupBy(
      ids.length === 0 ? [] : await rowChecks.findWrongCounters(ids),
      (counter) => counter.conversationId,
    );
    const check = (id: string) => checkOne(store, id, counters.get(id) ?? [], leaseOverMs);
    for await (const checked of inOrder(ids, check)) if (checked !== undefined) yield checked;
    afterId = ids.at(-1);
  } while (afterId !== undefined);

  for await (const { conversationId, table } of rowChecks.findStrayRows()) {
    const findings = [strayRows(conversationId, table)];
    yield { conversationId, isConversation: false, chunks: 0, turns: 0, findings };
  }
}

/** Undefined where it was deleted in between. */
async function checkOne(
  store: Checks['store'],
  conversationId: string,
  counters: readonly WrongCounter[],
  leaseOverMs: number,
): Promise<Checked | undefined> {
  let inspection: ConversationInspection | undefined;
  try {
    inspection = await store.inspectConversation(conversationId);
  } catch (error) {
    if (isCodedError(error, 'store-unavailable')) throw error;
    const findings = [unreadable(conversationId, error)];
    return { conversationId, isConversation: true, chunks: 0, turns: 0, findings };
  }
  if (inspection === undefined) return undefined;
  return {
    conversationId,
    isConversation: true,
    chunks: inspection.chunks.length,
    turns: inspection.turns.length,
    findings: [...counters.map(wrongCounter), ...checkConversation(inspection, { leaseOverMs })],
  };
}

/** A few at once, told in their order. */
async function* inOrder<T, R>(
  items: readonly T[],
  run: (item: T) => Promise<R>,
): AsyncGenerator<R, void> {
  const running: Promise<R>[] = [];
  for (const item of items) {
    const next = run(item);
    // Whoever waits for it gets its failure; until then it is nobody's.
    next.catch(() => {});
    running.push(next);
    const first = running.length < concurrency ? undefined : running.shift();
    if (first !== undefined) yield await first;
  }
  for (const rest of running) yield await rest;
}
