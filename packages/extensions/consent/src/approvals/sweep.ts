import type { AnsweredTurn, Runtime, Store } from '@dispatch/contracts';
import type { Logger } from '@dispatch/kernel';
import type { ApprovalStore, Mark } from './approval-store.ts';
import { isPast } from './stored-approval.ts';

/** How often answers are looked for that nobody was told of. */
const sweepMs = 30_000;
/** How many marks are read at once, and how many pages of them in one sweep. */
const pageSize = 500;
const maxPages = 20;
/** How long a mark is kept after its question has expired: whoever asks again finds the question itself. */
const keptMs = 60_000;

export interface SweepOptions {
  readonly store: ApprovalStore;
  readonly turns: Pick<Store, 'readTurn'>;
  readonly runtime: Runtime;
  readonly logger: Logger;
  /** Fires when the host stops. */
  readonly signal: AbortSignal;
  tell(turn: AnsweredTurn): void;
}

/** Until the host stops: tells of turns whose answer is there and was not taken yet. Never rejects. */
export async function sweepAnswered(options: SweepOptions): Promise<void> {
  const { runtime, logger, signal } = options;
  while (!signal.aborted) {
    // Not all hosts at once.
    await runtime.sleep(sweepMs * (0.75 + runtime.random() / 2), signal);
    if (signal.aborted) return;
    try {
      await sweepOnce(options);
    } catch (error) {
      logger.warn('answers could not be looked for', { error: String(error) });
    }
  }
}

async function sweepOnce(options: SweepOptions): Promise<void> {
  let after: Mark['place'] | undefined;
  for (let page = 0; page < maxPages; page += 1) {
    const marks = await options.store.marks(pageSize, after === undefined ? {} : { after });
    for (const mark of marks) {
      if (options.signal.aborted) return;
      await look(options, mark);
    }
    if (marks.length < pageSize) return;
    after = marks.at(-1)?.place;
  }
}

async function look(options: SweepOptions, { place, expiresAt, isAnswered }: Mark): Promise<void> {
  const { store, turns, runtime, tell } = options;
  const { conversationId, turnId } = place;
  if (!isAnswered) {
    if (expiresAt + keptMs < runtime.wallNow()) await store.unmark(place);
    return;
  }
  const found = await store.read(place);
  // Its answer is still on its way in, or never came: the person was told so.
  if (found?.approval.resolution === undefined) return;
  const turn = await turns.readTurn(conversationId, turnId);
  const isWaitedFor = !isPast(turn, found.approval) && found.approval.isTaken !== true;
  if (isWaitedFor) tell({ conversationId, turnId });
  else await store.unmark(place);
}
