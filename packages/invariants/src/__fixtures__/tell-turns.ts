import type { TurnEvent } from '@dispatch/kernel';
import { type Cursor, ownerStride } from '@dispatch/wire';
import fc from 'fast-check';
import type { HistoryChunk } from '../stream/compare-with-history.ts';
import type { StreamEvent } from '../stream/stream-event.ts';

const delta = fc.constantFrom('a', 'words ', 'é', '😀', '\u0000');
const step = fc.record({
  deltas: fc.array(delta, { maxLength: 4 }),
  calls: fc.nat(2),
  /** Owners that were lost in this step, each after so many of its events. */
  lostAfter: fc.array(fc.nat(6), { maxLength: 2 }),
  isSteered: fc.boolean(),
});
const turn = fc.record({
  steps: fc.array(step, { maxLength: 4 }),
  end: fc.constantFrom('stop', 'aborted', 'max-steps', 'failed', 'uncommitted'),
});

/** A conversation, as its hosts ran it. */
export const script = fc.array(turn, { minLength: 1, maxLength: 3 });

export type Script = typeof script extends fc.Arbitrary<infer T> ? T : never;

export interface Told {
  readonly events: readonly StreamEvent[];
  readonly chunks: readonly HistoryChunk[];
  /** Cursors behind which nothing that was told is uncommitted, with where in `events` they stand. */
  readonly commits: readonly { readonly cursor: Cursor; readonly at: number }[];
}

/** What hosts that keep to the protocol tell of such a conversation, and what they commit. */
export function tellTurns(turns: Script): Told {
  const events: StreamEvent[] = [];
  const chunks: HistoryChunk[] = [];
  const commits: { cursor: Cursor; at: number }[] = [];
  let ids = 0;

  for (const [turnIndex, { steps, end }] of turns.entries()) {
    const turnId = `turn-${turnIndex}`;
    let n = -1;
    const envelope = { conversationId: 'c', turnId };
    const tell = (event: TurnEvent) => {
      n += 1;
      events.push({ ...event, ...envelope, n });
    };
    const commit = () => commits.push({ cursor: { turnId, n }, at: events.length });
    const changeOwner = (stepId: string) => {
      n = (Math.floor(n / ownerStride) + 1 + (ids % 2)) * ownerStride - 1;
      tell({ type: 'step-reset', stepId, reason: 'lost' });
    };
    chunks.push({ turnId, chunk: { type: 'text', text: 'hello' } });
    tell({ type: 'turn-start', model: 'm', committedSeq: chunks.length });
    commit();
    let usage = { inputTokens: 0, outputTokens: 0 };
    for (const [index, { deltas, calls, lostAfter, isSteered }] of steps.entries()) {
      const stepId = `${turnId}#${index}`;
      const isLast = index === steps.length - 1;
      const callIds = Array.from({ length: isLast && end !== 'max-steps' ? 0 : calls + 1 }, () => {
        ids += 1;
        return `call_${ids}`;
      });
      const body: TurnEvent[] = [
        { type: 'step-start', stepId, index },
        ...deltas.map((text): TurnEvent => ({ type: 'text-delta', stepId, delta: text })),
        ...callIds.map(
          (callId): TurnEvent => ({ type: 'tool-call', stepId, callId, name: 'a', input: null }),
        ),
        ...callIds.flatMap((callId): TurnEvent[] => [
          { type: 'tool-output', stepId, callId, stream: 'stdout', delta: 'o' },
          { type: 'tool-result', stepId, callId, name: 'a', content: [], isError: false },
        ]),
        { type: 'usage', stepId, usage: { inputTokens: 2, outputTokens: 1 } },
      ];
      for (const count of lostAfter) {
        for (const event of body.slice(0, count)) tell(event);
        changeOwner(stepId);
      }
      for (const event of body) tell(event);
      const error = { code: 'provider-error', message: 'x', retryable: false };
      if (isLast && end === 'uncommitted') {
        tell({ type: 'error', stepId, error: { ...error, code: 'store-unavailable' } });
        tell({ type: 'done', finishReason: 'error', durationMs: 1 });
        changeOwner(stepId);
        for (const event of body) tell(event);
      }
      if (isLast && end === 'failed') tell({ type: 'error', stepId, error });
      const text = deltas.join('');
      if (text !== '') chunks.push({ turnId, chunk: { type: 'text', text, stepId } });
      for (const callId of callIds) {
        chunks.push({
          turnId,
          chunk: { type: 'tool-call', stepId, callId, name: 'a', input: null },
        });
      }
      usage = { inputTokens: usage.inputTokens + 2, outputTokens: usage.outputTokens + 1 };
      tell({
        type: 'step-complete',
        stepId,
        finishReason: callIds.length > 0 ? 'tool-calls' : end === 'failed' ? 'error' : 'stop',
        usage: { inputTokens: 2, outputTokens: 1 },
        committedSeq: chunks.length,
      });
      commit();
      if (isSteered && !isLast) {
        ids += 1;
        chunks.push({ turnId, chunk: { type: 'text', text: 'and' } });
        tell({ type: 'steering', messages: [{ queueId: `q${ids}`, message: 'and' }] });
        commit();
      }
    }
    const hasSteps = steps.length > 0;
    const isPlain = end === 'stop' || end === 'uncommitted' || !hasSteps;
    const finishReason = isPlain ? 'stop' : end === 'failed' ? 'error' : end;
    tell({
      type: 'done',
      finishReason,
      durationMs: 1,
      ...(hasSteps ? { usage } : {}),
    });
    tell({ type: 'turn-sealed', lastSeq: chunks.length });
  }
  return { events, chunks, commits };
}
