import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Chunk, Role, RoledChunk } from './chunk.ts';
import { appendChunks, messagesFromChunks } from './messages-from-chunks.ts';

const roled = (role: Role, chunk: Chunk): RoledChunk => ({ role, chunk });
const user = (text: string) => roled('user', { type: 'text', text });
const said = (stepId: string, text: string) => roled('assistant', { type: 'text', text, stepId });
const call = (stepId: string, callId: string) =>
  roled('assistant', { type: 'tool-call', stepId, callId, name: 'a', input: { b: 1 } });
const result = (stepId: string, callId: string) =>
  roled('tool', {
    type: 'tool-result',
    stepId,
    callId,
    name: 'a',
    content: [],
    isError: true,
    durationMs: 3,
  });
const error = roled('assistant', { type: 'error', code: 'provider-error', message: 'down' });

describe('messagesFromChunks', () => {
  it('makes one message of a user, of a response, and of its results', () => {
    const chunks = [
      user('a'),
      roled('user', { type: 'attachment', mediaType: 'image/png', attachmentId: 'x' }),
      roled('assistant', { type: 'reasoning', text: '', stepId: 's0', providerData: [1] }),
      ...[said('s0', 'b'), call('s0', 'c1'), call('s0', 'c2')],
      ...[result('s0', 'c1'), result('s0', 'c2'), said('s1', 'c')],
    ];
    const input = { b: 1 };
    expect(messagesFromChunks(chunks)).toEqual([
      {
        role: 'user',
        content: [
          { type: 'text', text: 'a' },
          { type: 'attachment', attachmentId: 'x' },
        ],
      },
      {
        role: 'assistant',
        content: [
          { type: 'reasoning', text: '', providerData: [1] },
          { type: 'text', text: 'b' },
          { type: 'tool-call', callId: 'c1', name: 'a', input },
          { type: 'tool-call', callId: 'c2', name: 'a', input },
        ],
      },
      {
        role: 'tool',
        content: [
          { callId: 'c1', name: 'a', content: [], isError: true },
          { callId: 'c2', name: 'a', content: [], isError: true },
        ],
      },
      { role: 'assistant', content: [{ type: 'text', text: 'c' }] },
    ]);
  });

  it('sends no error, and no message where nothing is left', () => {
    expect(messagesFromChunks([user('a'), error, user('b')])).toEqual([
      {
        role: 'user',
        content: [
          { type: 'text', text: 'a' },
          { type: 'text', text: 'b' },
        ],
      },
    ]);
    expect(messagesFromChunks([error])).toEqual([]);
  });

  it('keeps the responses of two steps apart', () => {
    const chunks = [said('s0', 'a'), said('s1', 'b')];
    expect(messagesFromChunks(chunks)).toHaveLength(2);
  });

  it('gives the same, a step at a time, as all at once', () => {
    const step = fc.nat({ max: 3 }).chain((index) => {
      const id = `s${index}`;
      return fc.constantFrom(
        [user('x')],
        [said(id, 'a'), call(id, 'c'), result(id, 'c')],
        [error],
        [said(id, 'a'), error],
      );
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        // A step's id is its own.
        const distinct = steps.map((chunks, index) =>
          chunks.map(({ role, chunk }) => ({
            role,
            chunk: 'stepId' in chunk ? { ...chunk, stepId: `s${index}` } : chunk,
          })),
        );
        const messages: ReturnType<typeof messagesFromChunks> = [];
        for (const chunks of distinct) appendChunks(messages, chunks);
        expect(messages).toEqual(messagesFromChunks(distinct.flat()));
      }),
    );
  });
});
