import type { StoredChunk, TurnEvent } from '@dispatch/wire';

const envelope = { conversationId: 'c', turnId: 't1' };
const stepId = 't1#0';
const next = 't1#1';

type Bare<Event> = Event extends unknown ? Omit<Event, 'conversationId' | 'turnId' | 'n'> : never;

/** A turn with reasoning, two calls, a message steered in, and a second step. */
const bare: readonly Bare<TurnEvent>[] = [
  { type: 'turn-start', model: 'scripted/play', committedSeq: 1 },
  { type: 'step-start', stepId, index: 0 },
  { type: 'reasoning-delta', stepId, delta: 'Let me ' },
  { type: 'reasoning-delta', stepId, delta: 'look.' },
  { type: 'text-delta', stepId, delta: 'Reading ' },
  { type: 'text-delta', stepId, delta: 'it.' },
  { type: 'tool-call', stepId, callId: 'a', name: 'read_file', input: { path: 'a' } },
  { type: 'tool-call', stepId, callId: 'b', name: 'shell', input: { command: 'ls' } },
  { type: 'tool-output', stepId, callId: 'b', stream: 'stdout', delta: 'a\n' },
  {
    type: 'tool-result',
    stepId,
    callId: 'b',
    name: 'shell',
    content: [{ type: 'text', text: 'a' }],
    isError: false,
    durationMs: 4,
  },
  {
    type: 'tool-result',
    stepId,
    callId: 'a',
    name: 'read_file',
    content: [{ type: 'text', text: 'A' }],
    isError: true,
  },
  { type: 'step-complete', stepId, finishReason: 'tool-calls', committedSeq: 7 },
  { type: 'steering', messages: [{ queueId: 'q', message: 'Faster!' }] },
  { type: 'step-start', stepId: next, index: 1 },
  { type: 'text-delta', stepId: next, delta: 'Done' },
  { type: 'text-delta', stepId: next, delta: '.' },
  { type: 'step-complete', stepId: next, finishReason: 'stop', committedSeq: 9 },
  { type: 'done', finishReason: 'stop', durationMs: 12 },
  { type: 'turn-sealed', lastSeq: 9 },
];

export const sampleEvents: readonly TurnEvent[] = bare.map((event, n) => ({
  ...event,
  ...envelope,
  n,
}));

/** The same turn as history. */
export const sampleChunks: readonly StoredChunk[] = [
  stored(1, 'user', { type: 'text', text: 'Read a.' }),
  stored(2, 'assistant', { type: 'reasoning', stepId, text: 'Let me look.' }),
  stored(3, 'assistant', { type: 'text', stepId, text: 'Reading it.' }),
  stored(4, 'assistant', {
    type: 'tool-call',
    stepId,
    callId: 'a',
    name: 'read_file',
    input: { path: 'a' },
  }),
  stored(5, 'assistant', {
    type: 'tool-call',
    stepId,
    callId: 'b',
    name: 'shell',
    input: { command: 'ls' },
  }),
  stored(6, 'tool', {
    type: 'tool-result',
    stepId,
    callId: 'a',
    name: 'read_file',
    content: [{ type: 'text', text: 'A' }],
    isError: true,
  }),
  stored(7, 'tool', {
    type: 'tool-result',
    stepId,
    callId: 'b',
    name: 'shell',
    content: [{ type: 'text', text: 'a' }],
    isError: false,
    durationMs: 4,
  }),
  stored(8, 'user', { type: 'text', text: 'Faster!' }),
  stored(9, 'assistant', { type: 'text', stepId: next, text: 'Done.' }),
];

function stored(seq: number, role: StoredChunk['role'], chunk: StoredChunk['chunk']): StoredChunk {
  return { seq, turnId: 't1', role, createdAt: '2026-11-21T10:00:00.000Z', chunk };
}

/** After how many events how much is committed, and the cursor that says so. */
export const sampleCommits = [
  { events: 0, lastSeq: 1, n: 0 },
  { events: 12, lastSeq: 7, n: 11 },
  { events: 13, lastSeq: 8, n: 12 },
  { events: 17, lastSeq: 9, n: 16 },
] as const;

export function lineOf(event: unknown): string {
  return `${JSON.stringify(event)}\n`;
}
