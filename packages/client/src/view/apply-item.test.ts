import type { EventOf, TurnEvent } from '@dispatch/wire';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sampleChunks, sampleCommits, sampleEvents } from '../__fixtures__/sample-turn.ts';
import type { Snapshot } from '../http/snapshot.ts';
import { addChunks } from './add-chunks.ts';
import { applyItem } from './apply-item.ts';
import { type ConversationView, emptyView } from './conversation-view.ts';

const message = sampleChunks.slice(0, 1);

function playAll(events: readonly TurnEvent[], from: ConversationView = emptyView) {
  return events.reduce(applyItem, from);
}

/** What a host answers `/messages` with after so many events. */
function snapshotAfter(events: number): Snapshot {
  const commit = sampleCommits.findLast((known) => known.events <= events) ?? sampleCommits[0];
  const isSealed = events === sampleEvents.length;
  return {
    type: 'snapshot',
    conversationId: 'c',
    chunks: sampleChunks.filter(({ seq }) => seq <= commit.lastSeq),
    firstSeq: 1,
    lastSeq: commit.lastSeq,
    activeTurn: isSealed ? null : { turnId: 't1', cursor: `t1:${commit.n}` },
  };
}

const whole = addChunks(playAll(sampleEvents), message);

test('a turn that was followed shows what its history shows', () => {
  const history = applyItem(emptyView, snapshotAfter(sampleEvents.length));
  expect(whole.turns.map(({ items }) => items)).toEqual(history.turns.map(({ items }) => items));
  expect(whole).toMatchObject({ lastSeq: 9, firstSeq: 1, missing: [] });
  expect(whole.turns[0]).toMatchObject({ state: 'sealed', finishReason: 'stop', durationMs: 12 });
  expect(whole.turns[0]?.items.map((item) => item.type)).toEqual(['user', 'step', 'user', 'step']);
});

test('however it is cut and read again from a cursor, the same view comes out', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ heard: fc.nat(19), back: fc.nat(19) }), { maxLength: 6 }),
      (cuts) => {
        let view: ConversationView = emptyView;
        let seen = 0;
        for (const { heard, back } of cuts) {
          const from = Math.max(0, seen - back);
          const to = Math.min(sampleEvents.length, seen + heard);
          view = playAll(sampleEvents.slice(from, to), view);
          seen = to;
        }
        view = playAll(sampleEvents.slice(seen), view);
        expect(addChunks(view, message)).toEqual(whole);
      },
    ),
  );
});

test('wherever a snapshot takes the place of events, the same turns come out', () => {
  fc.assert(
    fc.property(fc.nat(sampleEvents.length), fc.nat(sampleEvents.length), (seen, at) => {
      let view = playAll(sampleEvents.slice(0, seen));
      const snapshot = snapshotAfter(at);
      view = applyItem(view, snapshot);
      const n = Number(snapshot.activeTurn?.cursor.split(':')[1] ?? sampleEvents.length);
      view = playAll(sampleEvents.slice(n + 1), view);
      expect(view.turns.map(({ items }) => items)).toEqual(whole.turns.map(({ items }) => items));
      expect(view).toMatchObject({ lastSeq: 9, firstSeq: 1, missing: [] });
      expect(view.turns[0]?.state).toBe('sealed');
    }),
  );
});

test('a step that begins again is told once', () => {
  const n = 2 ** 32;
  const told = sampleEvents.slice(0, 9);
  const retold: readonly TurnEvent[] = [
    { type: 'step-reset', stepId: 't1#0', reason: 'taken over', ...at(n) },
    ...sampleEvents.slice(1).map((event, index) => ({ ...event, n: n + 1 + index })),
  ];
  const view = playAll([...told, ...retold]);
  expect(addChunks(view, message).turns).toEqual(whole.turns);
  expect(view.position).toEqual({ turnId: 't1', n: n + 18 });
});

test('an end that a lost owner told and could not commit leaves no trace', () => {
  const n = 2 ** 32;
  const told = sampleEvents.slice(0, 9);
  const error = { code: 'store-unavailable', message: 'not committed', retryable: true };
  const lost: readonly TurnEvent[] = [
    ...told,
    { type: 'error', error, ...at(9) },
    { type: 'done', finishReason: 'error', durationMs: 1, ...at(10) },
  ];
  const retold: readonly TurnEvent[] = [
    { type: 'step-reset', stepId: 't1#0', reason: 'taken over', ...at(n) },
    ...sampleEvents.slice(1, 9).map((event, index) => ({ ...event, n: n + 1 + index })),
  ];
  const [expected] = playAll(told).turns;
  expect(playAll([...lost, ...retold]).turns[0]).toEqual(expected);
});

test('history that is read page by page is one, wherever a page is cut', () => {
  for (let cut = 1; cut < sampleChunks.length; cut += 1) {
    const newest = applyItem(emptyView, {
      ...snapshotAfter(sampleEvents.length),
      chunks: sampleChunks.slice(cut),
      firstSeq: cut + 1,
    });
    const view = addChunks(newest, sampleChunks.slice(0, cut));
    expect(
      view.turns.map(({ items }) => items),
      `cut at ${cut}`,
    ).toEqual(whole.turns.map(({ items }) => items));
    expect(addChunks(view, sampleChunks)).toEqual(view);
  }
});

test('what waits for a person, a retry and an error show while they are true', () => {
  const first = playAll(sampleEvents.slice(0, 6));
  const asked = applyItem(first, {
    type: 'approval-request',
    approvalId: 'p',
    kind: 'consent',
    callId: 'a',
    name: 'shell',
    input: {},
    reason: 'It is not pure.',
    expiresAt: '2026-11-21T11:00:00.000Z',
    ...at(6),
  });
  expect(asked.turns[0]?.approvals.map(({ approvalId }) => approvalId)).toEqual(['p']);
  const answered = applyItem(asked, {
    type: 'approval-resolved',
    approvalId: 'p',
    decision: 'deny',
    by: 'person',
    ...at(7),
  });
  expect(answered.turns[0]?.approvals).toEqual([]);
  const error = { code: 'provider-error', message: '500', retryable: true };
  const retried = applyItem(answered, {
    type: 'provider-retry',
    stepId: 't1#0',
    attempt: 1,
    delayMs: 5000,
    error,
    ...at(8),
  });
  expect(retried.turns[0]?.retry).toEqual({ attempt: 1, delayMs: 5000, error });
  const failed = playAll(
    [
      { type: 'error', error, ...at(9) },
      { type: 'done', finishReason: 'error', durationMs: 1, ...at(10) },
    ],
    retried,
  );
  expect(failed.turns[0]?.retry).toBeUndefined();
  expect(failed.turns[0]?.items.at(-1)).toEqual({
    type: 'error',
    code: 'provider-error',
    message: '500',
  });
});

test('what is asked again is shown once, and of a file that others work on the newest is known', () => {
  const request: Bare<EventOf<'approval-request'>> = {
    type: 'approval-request',
    approvalId: 'p',
    kind: 'question',
    callId: 'a',
    name: 'ask_user',
    input: {},
    reason: 'The model asks.',
    expiresAt: '2026-11-21T11:00:00.000Z',
    questions: [{ question: 'Which?' }],
  };
  const collision: Bare<EventOf<'collision'>> = {
    type: 'collision',
    path: '/a',
    severity: 'different-area',
    others: [{ conversationId: 'd' }],
  };
  const view = playAll(
    [
      { ...request, ...at(6) },
      { ...collision, ...at(7) },
      { ...collision, computerId: 'box', ...at(8) },
      { ...collision, severity: 'same-line', ...at(9) },
      { ...request, ...at(10) },
    ],
    playAll(sampleEvents.slice(0, 6)),
  );
  const [turn] = view.turns;
  expect(turn?.approvals.map(({ n }) => n)).toEqual([10]);
  expect(turn?.collisions?.map(({ n }) => n)).toEqual([8, 9]);
});

type Bare<Event> = Omit<Event, 'conversationId' | 'turnId' | 'n'>;

function at(n: number) {
  return { conversationId: 'c', turnId: 't1', n };
}
