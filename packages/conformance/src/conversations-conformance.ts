import type { Conversations, Follower } from '@dispatch/contracts';
import { describe, expect, it } from 'vitest';

export interface ConversationsFixture {
  readonly conversations: Conversations;
  /** Lets time pass until the promise settles; with a real clock, the promise itself. */
  settle<T>(promise: Promise<T>): Promise<T>;
  /** From now on the model, which answers any message with `ok`, holds its answers back. */
  hold(): void;
  /** What is held is answered. */
  release(): void;
}

interface Seen {
  readonly type: string;
  readonly n: number;
  readonly turnId: string;
  readonly [field: string]: unknown;
}

/** The suite of the contract `conversations`. `make` gives each test one of its own, without conversations. */
export function conversationsConformance(name: string, make: () => ConversationsFixture): void {
  describe(`${name}: conversations contract`, () => {
    async function talk(fixture: ConversationsFixture, conversationId: string, message = 'hello') {
      const { conversations, settle } = fixture;
      const started = await settle(conversations.startTurn({ conversationId, message }));
      const events = await settle(
        conversations
          .followTurn({ conversationId, turnId: started.turnId })
          .then((follower) => readAll(follower)),
      );
      return { ...started, events };
    }

    it('tells a turn from turn-start to turn-sealed, numbered without a gap', async () => {
      const { events, turnId } = await talk(make(), 'c');
      expect(events[0]).toMatchObject({ type: 'turn-start', conversationId: 'c', turnId });
      expect(events.slice(-2).map(({ type }) => type)).toEqual(['done', 'turn-sealed']);
      expect(events.map(({ n }) => n)).toEqual(events.map((_, index) => index));
    });

    it('commits what it told: chunks by seq, the message first', async () => {
      const fixture = make();
      await talk(fixture, 'c');
      const view = await fixture.conversations.readMessages({
        conversationId: 'c',
        sinceSeq: 0,
        limit: 100,
      });
      expect(view.activeTurn).toBeNull();
      expect(view.chunks.map(({ seq }) => seq)).toEqual(view.chunks.map((_, index) => index + 1));
      expect(view.lastSeq).toBe(view.chunks.length);
      expect(view.chunks.map(({ role }) => role)).toEqual(['user', 'assistant']);
      expect(JSON.parse(view.chunks[0]?.json ?? '')).toMatchObject({ type: 'text', text: 'hello' });
    });

    it('runs one turn at a time, and queues behind it', async () => {
      const fixture = make();
      const { conversations, settle } = fixture;
      fixture.hold();
      const first = await settle(conversations.startTurn({ conversationId: 'c', message: 'one' }));
      await expect(
        settle(conversations.startTurn({ conversationId: 'c', message: 'two' })),
      ).rejects.toMatchObject({ code: 'conversation-busy' });
      const queued = await settle(
        conversations.queueMessage({ conversationId: 'c', message: 'three' }),
      );
      expect(queued.position).toBe(1);
      expect(await conversations.listQueue('c')).toMatchObject([
        { queueId: queued.queueId, message: 'three' },
      ]);
      const { follower } = await conversations.subscribe({
        conversationId: 'c',
        turnId: first.turnId,
      });
      fixture.release();
      const seen = await settle(
        readUntil(follower, (events) => countOf(events, 'turn-sealed') === 2),
      );
      follower.close();
      expect(new Set(seen.map(({ turnId }) => turnId)).size).toBe(2);
      expect(await conversations.listQueue('c')).toEqual([]);
    });

    it('gives chunks up to a mark and the events behind it, each piece once', async () => {
      const fixture = make();
      const { conversations, settle } = fixture;
      fixture.hold();
      const { turnId } = await settle(
        conversations.startTurn({ conversationId: 'c', message: 'one' }),
      );
      const view = await conversations.readMessages({ conversationId: 'c', sinceSeq: 0, limit: 9 });
      expect(view).toMatchObject({ lastSeq: 1, activeTurn: { turnId, cursor: `${turnId}:0` } });
      fixture.release();
      const cursor = view.activeTurn?.cursor ?? '';
      const events = await settle(
        conversations.followTurn({ conversationId: 'c', cursor }).then(readAll),
      );
      expect(events[0]?.n).toBe(1);
      expect(events.at(-1)?.type).toBe('turn-sealed');
    });

    it('says honestly that a cursor is of no use, and that nothing follows', async () => {
      const fixture = make();
      const { conversations, settle } = fixture;
      const { turnId, events } = await talk(fixture, 'c');
      const lost = await settle(
        conversations.followTurn({ conversationId: 'c', cursor: 'nonsense' }).then(readAll),
      );
      expect(lost.map(({ type }) => type)).toEqual(['resync']);
      const end = `${turnId}:${events.at(-1)?.n}`;
      expect(await conversations.followTurn({ conversationId: 'c', cursor: end })).toBeUndefined();
      expect(await conversations.followTurn({ conversationId: 'c' })).toBeUndefined();
    });

    it('stops a turn when it is told to', async () => {
      const fixture = make();
      const { conversations, settle } = fixture;
      fixture.hold();
      const { turnId } = await settle(
        conversations.startTurn({ conversationId: 'c', message: 'one' }),
      );
      expect(await conversations.abort('c')).toEqual({ turnId });
      const events = await settle(
        conversations.followTurn({ conversationId: 'c', turnId }).then(readAll),
      );
      expect(events.find(({ type }) => type === 'done')).toMatchObject({ finishReason: 'aborted' });
      await expect(conversations.abort('c')).rejects.toMatchObject({ code: 'no-active-turn' });
    });

    it('starts no second turn for an idempotency key', async () => {
      const { conversations, settle } = make();
      const request = { conversationId: 'c', message: 'once', idempotencyKey: 'k' };
      const first = await settle(conversations.startTurn(request));
      const again = await settle(conversations.startTurn(request));
      expect(again).toEqual({ ...first, isRepeated: true });
    });

    it('changes, forks and forgets conversations', async () => {
      const fixture = make();
      const { conversations, settle } = fixture;
      await talk(fixture, 'c');
      expect(await conversations.update('c', { title: 'T' })).toMatchObject({ title: 'T' });
      const fork = await settle(conversations.fork('c', 1));
      expect(fork.lastSeq).toBe(1);
      await settle(conversations.remove('c'));
      await expect(conversations.get('c')).rejects.toMatchObject({
        code: 'conversation-not-found',
      });
      expect(await conversations.get(fork.conversationId)).toMatchObject({ lastSeq: 1 });
    });

    it.each(['get', 'abort', 'remove', 'listQueue', 'metrics', 'fork'] as const)(
      '%s of a conversation that does not exist is conversation-not-found',
      async (method) => {
        const { conversations, settle } = make();
        await expect(
          settle(Promise.resolve(conversations[method]('nobody'))),
        ).rejects.toMatchObject({
          code: 'conversation-not-found',
        });
      },
    );
  });
}

async function readAll(follower: Follower | undefined): Promise<Seen[]> {
  return follower === undefined ? [] : readUntil(follower, () => false);
}

async function readUntil(
  follower: Follower,
  isEnough: (seen: readonly Seen[]) => boolean,
): Promise<Seen[]> {
  const seen: Seen[] = [];
  while (!isEnough(seen)) {
    const batch = await follower.next(1024);
    if (batch === undefined) return seen;
    if ('resync' in batch) seen.push({ type: 'resync', n: -1, turnId: '', ...batch.resync });
    else for (const json of batch.events) seen.push(JSON.parse(json));
  }
  return seen;
}

function countOf(events: readonly Seen[], type: string): number {
  return events.filter((event) => event.type === type).length;
}
