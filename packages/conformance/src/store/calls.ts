import { describe, expect, it } from 'vitest';
import {
  callChunks,
  codeOf,
  type GetFixture,
  startedTurn,
  stepIdOf,
  stepRecord,
  textChunk,
  turnEnd,
  uniqueId,
} from './fixture.ts';

export function callSuite(fixture: GetFixture): void {
  describe('the calls of a step', () => {
    const [call, result] = callChunks('a');
    const [otherCall, otherResult] = callChunks('b');
    const refused = {
      'a call without its result': [call],
      'a result without its call': [result],
      'a result before its call': [result, call],
      'a second result': [call, result, result],
      'two calls with one id': [call, call, result],
      'two calls with one id, each with a result': [call, result, call, result],
      'a result for each call but one': [call, otherCall, otherResult],
      'an empty text': [{ role: 'assistant', json: '{"type":"text","text":"","stepId":"s"}' }],
    } as const;

    it.each(Object.entries(refused))('are refused with %s, all of it', async (_, chunks) => {
      const { store } = fixture();
      const lease = await startedTurn(store);
      await store.recordCallStart(lease, stepIdOf(lease), 'a');
      const before = await store.inspectConversation(lease.conversationId);
      const step = stepRecord(lease, 0, { chunks, end: turnEnd });
      expect(await codeOf(store.commitStep(step))).toBe('invalid-input');
      const after = await store.inspectConversation(lease.conversationId);
      expect({ ...after, turns: after?.turns.length }).toEqual({ ...before, turns: 1 });
      expect(await codeOf(store.commitStep(stepRecord(lease, 0)))).toBe('resolved');
    });

    it('may be answered in any order, and say the like in their text', async () => {
      const { store } = fixture();
      const lease = await startedTurn(store);
      const said = textChunk('{"type":"text","text":""}', 'assistant');
      const thought = {
        role: 'assistant',
        json: '{"type":"reasoning","text":"","providerData":1}',
      } as const;
      const chunks = [said, thought, call, otherCall, otherResult, result];
      expect(await store.commitStep(stepRecord(lease, 0, { chunks }))).toMatchObject({
        lastSeq: 7,
      });
    });

    it('have ids that the conversation has not had, in this turn or another', async () => {
      const { store } = fixture();
      const callId = 'odd \u0000\u0001 "id" 🙂';
      const lease = await startedTurn(store);
      const { conversationId } = lease;
      const first = stepRecord(lease, 0, { chunks: callChunks(callId) });
      const committed = await store.commitStep(first);
      const again = stepRecord(lease, 1, { chunks: callChunks(callId) });
      expect(await codeOf(store.commitStep(again))).toBe('invalid-input');
      expect(await store.commitStep(first)).toEqual(committed);
      await store.commitStep(stepRecord(lease, 1, { end: turnEnd }));

      const next = await startedTurn(store, { conversationId });
      const later = stepRecord(next, 0, { chunks: callChunks(callId) });
      expect(await codeOf(store.commitStep(later))).toBe('invalid-input');
      const another = stepRecord(next, 0, { chunks: callChunks('another') });
      expect(await codeOf(store.commitStep(another))).toBe('resolved');
      const elsewhere = await startedTurn(store);
      const same = stepRecord(elsewhere, 0, { chunks: callChunks(callId) });
      expect(await codeOf(store.commitStep(same))).toBe('resolved');
    });

    it('have ids that a fork goes on with, as far as it was forked', async () => {
      const { store } = fixture();
      const lease = await startedTurn(store);
      const { conversationId } = lease;
      await store.commitStep(stepRecord(lease, 0, { chunks: callChunks('early') }));
      await store.commitStep(stepRecord(lease, 1, { chunks: callChunks('late') }));
      const newConversationId = uniqueId('fork');
      await store.forkConversation({ conversationId, newConversationId, atSeq: 3, at: 1 });
      const fork = await startedTurn(store, { conversationId: newConversationId });
      const early = stepRecord(fork, 0, { chunks: callChunks('early') });
      expect(await codeOf(store.commitStep(early))).toBe('invalid-input');
      const late = stepRecord(fork, 0, { chunks: callChunks('late') });
      expect(await codeOf(store.commitStep(late))).toBe('resolved');
    });
  });
}
