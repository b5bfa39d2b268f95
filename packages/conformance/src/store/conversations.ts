import type { Conversation, ConversationPage } from '@dispatch/contracts';
import { describe, expect, it } from 'vitest';
import {
  chunkTexts,
  codeOf,
  type GetFixture,
  queueRecord,
  sealedTurn,
  startedTurn,
  stepIdOf,
  stepRecord,
  textChunk,
  turnEnd,
  uniqueId,
} from './fixture.ts';

/** What breaks stores: U+0000, escapes, quotes, code points beyond the first plane, combining marks, odd white space. */
const oddText = 'a\u0000b\u0001c \\u0000 "q" \\ \' $1 {x} 🙂 é é \u2028 \uFFFD \u{10FFFF} نص';

export function conversationSuite(fixture: GetFixture): void {
  describe('conversations', () => {
    it('are changed field by field: null clears, absent leaves', async () => {
      const { store } = fixture();
      const { conversationId } = await startedTurn(store, {
        create: { model: 'a/b', cwd: '/x', tools: { only: ['*'] }, workspaceId: 'w1' },
      });
      const patch = { title: oddText, system: oddText, cwd: null, workspaceId: 'w2' };
      const expected = {
        conversationId,
        model: 'a/b',
        tools: { only: ['*'] },
        title: oddText,
        system: oddText,
        workspaceId: 'w2',
        status: 'running',
        lastSeq: 1,
        createdAt: 1000,
        updatedAt: 5000,
      };
      expect(await store.updateConversation(conversationId, patch, 5000)).toEqual(expected);
      expect(await store.readConversation(conversationId)).toEqual(expected);
      const cleared = { title: null, system: null, tools: null, workspaceId: null, model: null };
      await store.updateConversation(conversationId, cleared, 6000);
      expect(await store.readConversation(conversationId)).toEqual({
        conversationId,
        status: 'running',
        lastSeq: 1,
        createdAt: 1000,
        updatedAt: 6000,
      });
    });

    it('keep both of two changes that race', async () => {
      const { store } = fixture();
      const { conversationId } = await startedTurn(store);
      await Promise.all([
        store.updateConversation(conversationId, { title: 't' }, 1),
        store.updateConversation(conversationId, { model: 'm' }, 1),
        store.updateConversation(conversationId, { cwd: 'c' }, 1),
      ]);
      const conversation = await store.readConversation(conversationId);
      expect(conversation).toMatchObject({ title: 't', model: 'm', cwd: 'c' });
    });

    it('that do not exist are not found', async () => {
      const { store } = fixture();
      const id = uniqueId('conversation');
      expect(await store.readConversation(id)).toBeUndefined();
      expect(await codeOf(store.updateConversation(id, {}, 1))).toBe('conversation-not-found');
      const chunks = store.readChunks({ conversationId: id, afterSeq: 0, limit: 1 });
      expect(await codeOf(chunks)).toBe('conversation-not-found');
      const fork = { conversationId: id, newConversationId: uniqueId('fork'), at: 1 };
      expect(await codeOf(store.forkConversation(fork))).toBe('conversation-not-found');
      expect(await store.deleteConversation(id)).toBe(false);
    });

    it('are listed newest first, page by page, none twice while others change', async () => {
      const { store } = fixture();
      const workspaceId = `${uniqueId('workspace')}\u0000${oddText}`;
      const ids: string[] = [];
      for (let i = 0; i < 7; i += 1) {
        // Two and two at the same time: the order is total all the same.
        const lease = await startedTurn(store, {
          create: { workspaceId },
          at: 1000 + Math.floor(i / 2),
        });
        ids.push(lease.conversationId);
      }
      await startedTurn(store, { create: { workspaceId: 'another' } });
      const page = (cursor?: string): Promise<ConversationPage> =>
        store.listConversations({
          limit: 3,
          workspaceId,
          ...(cursor === undefined ? {} : { cursor }),
        });
      const first = await page();
      expect(first.conversations).toHaveLength(3);
      await store.updateConversation(ids[0] ?? '', { title: 'moved up' }, 9000);
      const rest = await collect(page, first.nextCursor);
      const seen = [...first.conversations, ...rest];
      const times = seen.map((conversation) => conversation.updatedAt);
      expect(times).toEqual([...times].sort((a, b) => b - a));
      const names = seen.map((conversation) => conversation.conversationId);
      expect(new Set(names).size).toBe(names.length);
      expect(new Set([...names, ids[0]])).toEqual(new Set(ids));
      const all = await store.listConversations({ limit: 1000, workspaceId });
      expect(all.conversations[0]?.conversationId).toBe(ids[0]);
      expect(all).not.toHaveProperty('nextCursor');
      const everything = await store.listConversations({ limit: 1000 });
      expect(everything.conversations.length).toBeGreaterThanOrEqual(8);
      expect(await codeOf(store.listConversations({ limit: 1, cursor: 'nonsense' }))).toBe(
        'invalid-input',
      );
    });

    it('are deleted with everything of them', async () => {
      const { store, records, blobs } = fixture();
      const lease = await startedTurn(store, { idempotencyKey: 'k' });
      const { conversationId, turnId } = lease;
      await store.commitStep(stepRecord(lease, 0));
      await store.recordResponse(lease, stepIdOf(lease, 1), '{}');
      await store.recordToolStep(lease, stepIdOf(lease, 1), 'c', 'n', '1');
      await store.requestAbort(conversationId, turnId);
      await store.enqueue(queueRecord(conversationId, 'x', { idempotencyKey: 'k' }));
      const namespace = uniqueId('namespace');
      await records.write({ namespace, key: 'own', json: '1', conversationId });
      await records.write({ namespace, key: 'other', json: '1' });
      const blobId = uniqueId('blob');
      const bytes = new Uint8Array([1]);
      await blobs.put({ blobId, conversationId, mediaType: 'text/plain', bytes, at: 1 });

      expect(await store.deleteConversation(conversationId)).toBe(true);
      expect(await store.deleteConversation(conversationId)).toBe(false);
      expect(await store.readConversation(conversationId)).toBeUndefined();
      expect(await store.readTurn(conversationId, turnId)).toBeUndefined();
      expect(await records.read(namespace, 'own')).toBeUndefined();
      expect(await records.read(namespace, 'other')).toBeDefined();
      expect(await blobs.describe(blobId)).toBeUndefined();
      const owned = await store.renewLeases('host-a', 600_000);
      expect(owned.map((turn) => turn.turnId)).not.toContain(turnId);

      const next = await startedTurn(store, { conversationId, idempotencyKey: 'k' });
      expect(await chunkTexts(store, conversationId)).toEqual(['hello']);
      expect(await store.listQueue(conversationId)).toEqual([]);
      expect(await store.readTurnMetrics(conversationId)).toHaveLength(1);
      const claim = { owner: 'host-a', leaseMs: 600_000, includeOwn: true, limit: 1000 };
      const claimed = (await store.claimTurns(claim)).find((turn) => turn.turnId === next.turnId);
      expect(claimed).toMatchObject({ calls: [], isAbortRequested: false });
      expect(claimed).not.toHaveProperty('responseJson');
    });

    it('are forked up to a seq, seqs and all, and go their own way', async () => {
      const { store } = fixture();
      const create = { model: 'a/b', system: oddText, workspaceId: 'w', parentId: 'p' };
      const lease = await startedTurn(store, { create });
      const { conversationId, turnId } = lease;
      for (let i = 0; i < 3; i += 1) await store.commitStep(stepRecord(lease, i));
      const fork = (atSeq?: number) => ({
        conversationId,
        newConversationId: uniqueId('fork'),
        at: 7000,
        ...(atSeq === undefined ? {} : { atSeq }),
      });
      const part = fork(2);
      expect(await store.forkConversation(part)).toEqual({ lastSeq: 2 });
      const copy = await store.readConversation(part.newConversationId);
      expect(copy).toMatchObject({
        model: 'a/b',
        system: oddText,
        workspaceId: 'w',
        status: 'idle',
      });
      expect(copy).toMatchObject({ lastSeq: 2, createdAt: 7000, updatedAt: 7000 });
      expect(copy).not.toHaveProperty('parentId');
      const read = { afterSeq: 0, limit: 10 };
      const chunks = await store.readChunks({ conversationId: part.newConversationId, ...read });
      const original = await store.readChunks({ conversationId, ...read });
      expect(chunks).toEqual(original.slice(0, 2));
      expect(chunks[0]?.turnId).toBe(turnId);
      expect(await store.readLastTurn(part.newConversationId)).toBeUndefined();
      expect(await store.readTurnMetrics(part.newConversationId)).toEqual([]);

      const whole = fork();
      expect(await store.forkConversation(whole)).toEqual({ lastSeq: 4 });
      expect(await store.forkConversation(fork(0))).toEqual({ lastSeq: 0 });
      expect(await codeOf(store.forkConversation(fork(5)))).toBe('invalid-input');
      const taken = { ...fork(), newConversationId: whole.newConversationId };
      expect(await codeOf(store.forkConversation(taken))).toBe('invalid-input');

      const own = await startedTurn(store, { conversationId: part.newConversationId });
      await sealedTurn(store, own);
      expect(await chunkTexts(store, part.newConversationId)).toEqual(['hello', 'step 0', 'hello']);
      await store.deleteConversation(part.newConversationId);
      expect(await chunkTexts(store, conversationId)).toHaveLength(4);
    });
  });
}

async function collect(
  page: (cursor?: string) => Promise<ConversationPage>,
  cursor: string | undefined,
): Promise<Conversation[]> {
  if (cursor === undefined) return [];
  const { conversations, nextCursor } = await page(cursor);
  return [...conversations, ...(await collect(page, nextCursor))];
}

export function chunkSuite(fixture: GetFixture): void {
  describe('chunks', () => {
    it('come back byte for byte', async () => {
      const { store } = fixture();
      const jsons = [
        JSON.stringify({ type: 'text', text: oddText }),
        // White space, order and escapes as they were written.
        '{ "b" : 1.0e1,\t"a":"\\u0041\\ud83d\\ude42" }',
        `{"text":"${'x'.repeat(300_000)}🙂"}`,
      ];
      const chunks = jsons.map((json) => ({ role: 'user' as const, json }));
      const { conversationId } = await startedTurn(store, { chunks });
      const stored = await store.readChunks({ conversationId, afterSeq: 0, limit: 10 });
      expect(stored.map((chunk) => chunk.json)).toEqual(jsons);
      await store.enqueue(
        queueRecord(conversationId, oddText, { messageJson: jsons[1] ?? '', chunks }),
      );
      expect(await store.listQueue(conversationId)).toMatchObject([
        { messageJson: jsons[1], chunks },
      ]);
    });

    it('are read by range, from either end', async () => {
      const { store } = fixture();
      const chunks = Array.from({ length: 9 }, (_, i) => textChunk(`${i + 1}`));
      const lease = await startedTurn(store, { chunks });
      const { conversationId } = lease;
      const seqs = async (query: {
        afterSeq: number;
        throughSeq?: number;
        limit: number;
        newest?: boolean;
      }) => (await store.readChunks({ conversationId, ...query })).map((chunk) => chunk.seq);
      expect(await seqs({ afterSeq: 0, limit: 3 })).toEqual([1, 2, 3]);
      expect(await seqs({ afterSeq: 7, limit: 100 })).toEqual([8, 9]);
      expect(await seqs({ afterSeq: 2, throughSeq: 5, limit: 100 })).toEqual([3, 4, 5]);
      expect(await seqs({ afterSeq: 2, throughSeq: 5, limit: 2 })).toEqual([3, 4]);
      expect(await seqs({ afterSeq: 0, limit: 2, newest: true })).toEqual([8, 9]);
      expect(await seqs({ afterSeq: 2, throughSeq: 5, limit: 2, newest: true })).toEqual([4, 5]);
      expect(await seqs({ afterSeq: 9, limit: 2 })).toEqual([]);
      expect(await seqs({ afterSeq: 100, limit: 2, newest: true })).toEqual([]);
      await store.commitStep(stepRecord(lease, 0, { end: turnEnd }));
      expect(await seqs({ afterSeq: 8, limit: 5 })).toEqual([9, 10]);
    });
  });
}
