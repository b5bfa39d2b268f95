import type { ConversationInspection, Store, TurnLease } from '@dispatch/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  callChunks,
  claim,
  codeOf,
  type GetFixture,
  queueRecord,
  startRecord,
  stepIdOf,
  stepRecord,
  textChunk,
  turnEnd,
  uniqueId,
} from './fixture.ts';

/** As often as they are named: most of what hosts do is to take turns over and to write to them. */
const operations = [
  ...['claim', 'claim', 'claim', 'commit', 'commit', 'commit', 'call', 'call', 'steer'],
  ...['start', 'start', 'send', 'end', 'seal', 'release'],
] as const;
type Operation = (typeof operations)[number];

/** What was answered: the history must hold all of it, and nothing else. */
interface Answered {
  readonly texts: string[];
  readonly sent: string[];
  readonly taken: string[];
  /** The newest epoch of each turn that a host was told of: from then on older ones are refused. */
  readonly epochs: Map<string, number>;
}

/** One host, that does as it is told with whatever turn it believes to own; every lease is over at once. */
function createHost(store: Store, conversationId: string, owner: string, answered: Answered) {
  let lease: TurnLease | undefined;
  let stepIndex = 0;
  let count = 0;
  const nextText = () => {
    count += 1;
    return `${owner} ${count}`;
  };
  /** True where it was written; a refusal tells that the turn is another's now. */
  const isWritten = async (held: TurnLease, write: Promise<unknown>): Promise<boolean> => {
    const isOver = held.epoch < (answered.epochs.get(held.turnId) ?? 0);
    const code = await codeOf(write);
    expect(isOver ? ['stale-epoch'] : ['resolved', 'stale-epoch']).toContain(code);
    if (code !== 'resolved') lease = undefined;
    return code === 'resolved';
  };
  const commit = async (isLast: boolean): Promise<void> => {
    if (lease === undefined) return;
    const text = nextText();
    const chunks = [textChunk(text, 'assistant'), ...callChunks(`call of ${text}`)];
    const end = isLast ? { end: turnEnd } : {};
    const step = stepRecord(lease, stepIndex, { chunks, leaseMs: 0, ...end });
    if (!(await isWritten(lease, store.commitStep(step)))) return;
    answered.texts.push(text);
    stepIndex += 1;
    if (isLast) lease = undefined;
  };
  const act: Record<Operation, () => Promise<void>> = {
    async start() {
      const text = nextText();
      const chunks = [textChunk(text)];
      const start = startRecord(conversationId, { owner, chunks, takeQueue: true, leaseMs: 0 });
      const result = await store.startTurn(start);
      if (result.outcome !== 'started') return;
      answered.texts.push(text);
      answered.taken.push(...result.taken.map(({ queueId }) => queueId));
      lease = { conversationId, turnId: start.turnId, epoch: result.epoch };
      stepIndex = 0;
    },
    async claim() {
      const turn = await claim(store, conversationId, { owner, leaseMs: 0 });
      if (turn === undefined) return;
      lease = { conversationId, turnId: turn.turnId, epoch: turn.epoch };
      stepIndex = turn.stepsCommitted;
      const newest = answered.epochs.get(turn.turnId) ?? 0;
      answered.epochs.set(turn.turnId, Math.max(newest, turn.epoch));
    },
    commit: () => commit(false),
    end: () => commit(true),
    async call() {
      if (lease === undefined) return;
      await isWritten(lease, store.recordCallStart(lease, stepIdOf(lease, stepIndex), nextText()));
    },
    async seal() {
      if (lease === undefined) return;
      await isWritten(
        lease,
        store.sealTurn({ lease, chunks: [], eventNumber: 1, end: turnEnd, at: 1 }),
      );
      lease = undefined;
    },
    async steer() {
      if (lease === undefined) return;
      const steering = store.commitSteering(lease, 1, 1_000_000 + lease.epoch * 1000 + count++);
      if (!(await isWritten(lease, steering))) return;
      const { messages } = await steering;
      answered.taken.push(...messages.map(({ queueId }) => queueId));
    },
    async send() {
      const message = queueRecord(conversationId, nextText());
      const { queueId } = await store.enqueue(message);
      answered.sent.push(queueId);
    },
    async release() {
      if (lease === undefined) return;
      await isWritten(lease, store.releaseTurn(lease));
      lease = undefined;
    },
  };
  return async (script: readonly Operation[]): Promise<void> => {
    for (const operation of script) await act[operation]();
  };
}

function expectWhole(history: ConversationInspection, answered: Answered): void {
  const { conversation, chunks, turns, queue } = history;
  expect(chunks.map(({ seq }) => seq)).toEqual(chunks.map((_, index) => index + 1));
  expect(conversation.lastSeq).toBe(chunks.length);
  expect(turns.filter(({ state }) => state === 'running').length).toBeLessThanOrEqual(1);
  expect(turns.slice(0, -1).every(({ state }) => state === 'sealed')).toBe(true);

  const waiting = queue.map(({ queueId }) => queueId);
  expect([...answered.taken, ...waiting].sort()).toEqual([...answered.sent].sort());
  const texts = chunks.flatMap(({ json }) => JSON.parse(json).text ?? []);
  expect(texts).toHaveLength(answered.texts.length + answered.taken.length);
  expect(new Set(texts).size).toBe(texts.length);
  expect(texts).toEqual(expect.arrayContaining(answered.texts));

  let lastSeq = 0;
  for (const turn of turns) {
    expect(turn.previousSeq).toBe(lastSeq);
    const epochs = turn.steps.map(({ epoch }) => epoch);
    expect(epochs).toEqual([...epochs].sort((a, b) => a - b));
    for (const [index, step] of turn.steps.entries()) {
      expect(step.index).toBe(index);
      expect(step.lastSeq).toBeGreaterThan(lastSeq);
      lastSeq = step.lastSeq;
    }
    lastSeq = turn.lastSeq ?? lastSeq;
  }
}

export function historySuite(fixture: GetFixture): void {
  describe('hosts that do as they please', () => {
    it('leave one history, and all in it that was answered', async () => {
      const script = fc.array(fc.constantFrom(...operations), { minLength: 8, maxLength: 20 });
      await fc.assert(
        fc.asyncProperty(fc.array(script, { minLength: 2, maxLength: 4 }), async (scripts) => {
          const { store } = fixture();
          const conversationId = uniqueId('conversation');
          const answered: Answered = { texts: [], sent: [], taken: [], epochs: new Map() };
          const hosts = scripts.map((steps, i) =>
            createHost(store, conversationId, `host-${i}`, answered)(['start', ...steps]),
          );
          await Promise.all(hosts);
          const history = await store.inspectConversation(conversationId);
          if (history === undefined) throw new Error('One of them has started it.');
          expectWhole(history, answered);
        }),
        { numRuns: 60 },
      );
    });
  });
}
