import type { Snapshot } from '@dispatch/client';
import type { MetricsResponse, StoredChunk } from '@dispatch/wire';
import { expect, test } from 'vitest';
import type { ConversationRecord } from '../traffic/conversation-record.ts';
import { checkRecord } from './check-record.ts';

const stepId = 't#0';
const call = { stepId, callId: 'a', name: 'shell' } as const;
const message = 'do it';
const chunks: readonly StoredChunk[] = [
  stored(1, 'user', { type: 'text', text: message }),
  stored(2, 'assistant', { type: 'text', text: 'I do. ', stepId }),
  stored(3, 'assistant', { type: 'tool-call', ...call, input: {} }),
  stored(4, 'tool', { type: 'tool-result', ...call, content: [], isError: false }),
  stored(5, 'user', { type: 'text', text: 'and that' }),
  stored(6, 'assistant', { type: 'text', text: 'Done.', stepId: 't#1' }),
];
const record: ConversationRecord = {
  conversationId: 'c',
  marksFile: 'c.marks',
  turns: [
    {
      turnId: 't',
      wasAborted: false,
      plan: {
        message,
        steps: [
          { text: 'I do. ', calls: [{ tool: 'shell', mark: 'm' }] },
          { text: 'Done.', calls: [] },
        ],
      },
    },
  ],
  queued: [{ queueId: 'q', text: 'and that' }],
};
const turn: MetricsResponse['turns'][number] = {
  turnId: 't',
  model: 'scripted/play',
  finishReason: 'stop',
  usage: null,
  durationMs: 1,
  contextSize: null,
  steps: [],
};

function stored(seq: number, role: StoredChunk['role'], chunk: StoredChunk['chunk']): StoredChunk {
  return { seq, turnId: 't', role, chunk, createdAt: '2026-11-21T10:00:00.000Z' };
}

function check(change: {
  readonly chunks?: readonly StoredChunk[];
  readonly marks?: readonly string[];
  readonly turns?: MetricsResponse['turns'];
  readonly owners?: number;
}): readonly string[] {
  const kept = change.chunks ?? chunks;
  const snapshot: Snapshot = {
    type: 'snapshot',
    conversationId: 'c',
    chunks: kept,
    firstSeq: 1,
    lastSeq: kept.length,
    activeTurn: null,
  };
  const { marks = ['m'], turns = [turn], owners = 0 } = change;
  const givenUp = new Map([['t', owners]]);
  return checkRecord(record, { snapshot, metrics: { turns }, marks, givenUp });
}

test('nothing is wrong where all is as it was acknowledged', () => {
  expect(check({})).toEqual([]);
});

test.each([
  ['a call that ran twice', { marks: ['m', 'm'] }, 'ran 2 times'],
  ['a result of a call that never ran', { marks: [] }, 'never ran'],
  ['a turn without an end', { turns: [] }, 'it has 0 ends'],
  ['a turn that failed', { turns: [{ ...turn, finishReason: 'error' as const }] }, 'with error'],
  ['a message that is gone', { chunks: renumber(chunks.slice(1)) }, 'its message is there 0 times'],
  ['a queued message that is gone', { chunks: renumber(without(5)) }, 'queued and that'],
  [
    'a queued message that came twice',
    { chunks: renumber([...chunks.slice(0, 5), ...chunks.slice(4)]) },
    'delivered and that; and that',
  ],
  ['a step that is gone', { chunks: renumber(without(6)) }, 't#1: it says ""'],
])('%s is found', (_, change, words) => {
  expect(check(change).join('\n')).toContain(words);
});

test('a turn may be given up after ten takeovers, and not before', () => {
  const turns = [{ ...turn, finishReason: 'error' as const }];
  expect(check({ turns, owners: 11 })).toEqual([]);
  expect(check({ turns, owners: 10 }).join()).toContain('with error');
});

function without(seq: number): readonly StoredChunk[] {
  return chunks.filter((chunk) => chunk.seq !== seq);
}

function renumber(list: readonly StoredChunk[]): readonly StoredChunk[] {
  return list.map((chunk, index) => ({ ...chunk, seq: index + 1 }));
}

test('what a client saw and what is kept are compared', () => {
  const seen = { ...record, turns: record.turns.map((sent) => ({ ...sent, view: noView })) };
  const snapshot: Snapshot = {
    type: 'snapshot',
    conversationId: 'c',
    chunks,
    firstSeq: 1,
    lastSeq: 6,
    activeTurn: null,
  };
  const problems = checkRecord(seen, {
    snapshot,
    metrics: { turns: [turn] },
    marks: ['m'],
    givenUp: new Map(),
  });
  expect(problems.join()).toContain('t: a client saw []');
});

const noView = { turns: [], firstSeq: null, lastSeq: 0, missing: [], position: undefined };
