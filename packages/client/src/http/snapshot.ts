import type { ActiveTurn, MessagesResponse, StoredChunk } from '@dispatch/wire';
import type { Requester } from './requester.ts';

/** The committed state of a conversation: it replaces all that was told before it. */
export interface Snapshot {
  readonly type: 'snapshot';
  readonly conversationId: string;
  readonly chunks: readonly StoredChunk[];
  /** Of the first chunk; null where there is none. */
  readonly firstSeq: number | null;
  readonly lastSeq: number;
  /** What follows it begins after its `cursor`. */
  readonly activeTurn: ActiveTurn | null;
}

/**
 * Reads all committed chunks after `sinceSeq`, page by page. The running turn and its cursor are
 * those of the last page, so chunks and the events after the cursor are each piece exactly once.
 */
export async function readSnapshot(
  requester: Requester,
  conversationId: string,
  sinceSeq: number,
  signal: AbortSignal,
): Promise<Snapshot> {
  const chunks: StoredChunk[] = [];
  for (;;) {
    const page = await requester.read<MessagesResponse>(
      `/conversations/${encodeURIComponent(conversationId)}/messages`,
      { query: { sinceSeq: chunks.at(-1)?.seq ?? sinceSeq, limit: 1000 }, signal },
    );
    for (const chunk of page.chunks) chunks.push(chunk);
    const isWhole = page.chunks.length === 0 || (chunks.at(-1)?.seq ?? 0) >= page.lastSeq;
    if (isWhole) {
      return {
        type: 'snapshot',
        conversationId,
        chunks,
        firstSeq: chunks[0]?.seq ?? null,
        lastSeq: page.lastSeq,
        activeTurn: page.activeTurn,
      };
    }
  }
}
