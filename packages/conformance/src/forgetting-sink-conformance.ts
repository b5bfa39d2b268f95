import { createLogger, type Sink } from '@dispatch/kernel';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SinkFixture } from './sink-conformance.ts';

/** A sink under test that keeps what it is given, and so has to forget. */
export interface ForgettingSinkFixture extends SinkFixture {
  readonly sink: Required<Sink>;
}

const now = 1_750_000_000_000;

/** The suite of `Sink.forget`: all of what is gone goes, and nothing else. */
export function forgettingSinkConformance(
  name: string,
  make: () => ForgettingSinkFixture | Promise<ForgettingSinkFixture>,
): void {
  describe(`${name}: sink contract, forgetting`, () => {
    let fixture: ForgettingSinkFixture;
    beforeEach(async () => {
      fixture = await make();
    });
    afterEach(async () => {
      await fixture.dispose?.();
    });

    let ids = 0;
    const newId = (digits: number) => (ids++).toString(16).padStart(digits, '0');
    const loggerAt = (at: number) =>
      createLogger({
        extension: '@dispatch/conformance',
        write: (record) => fixture.sink.write(record),
        now: () => at,
        newTraceId: () => newId(32),
        newSpanId: () => newId(16),
      });

    /** A turn's records: six of its conversation, one of none. */
    const write = (conversationId: string, at = now) => {
      const logger = loggerAt(at);
      const turn = logger.openSpan('turn', { conversationId, body: `asked in ${conversationId}` });
      const step = logger.openSpan('step', { parent: turn.context });
      logger.warn('slow', {}, step.context);
      step.close({ body: `said in ${conversationId}` });
      logger.info('of no conversation');
      logger.error('without a span', { conversationId });
      turn.close();
    };

    const texts = async () => (await fixture.arrived()).map((record) => JSON.stringify(record));
    const forget = (missing: readonly string[], before = now + 1) =>
      fixture.sink.forget({
        before,
        signal: new AbortController().signal,
        findMissing: async (ids) => new Set(ids.filter((id) => missing.includes(id))),
      });

    it('removes all of a conversation that is gone, and keeps the rest as it was', async () => {
      for (const conversationId of ['one', 'gone', 'another', 'gone']) write(conversationId);
      await fixture.sink.flush();
      const before = await texts();
      expect(before.filter((text) => text.includes('gone'))).not.toEqual([]);
      expect(await forget(['gone'])).toBe(12);
      const kept = await texts();
      expect(kept.filter((text) => text.includes('gone'))).toEqual([]);
      expect(kept.filter((text) => text.includes('of no conversation'))).toHaveLength(4);
      expect(kept).toHaveLength(16);
      const left = kept.values();
      let next = left.next();
      for (const text of before) if (text === next.value) next = left.next();
      expect(next.done).toBe(true);
    });

    it('changes nothing where none is gone, and takes records as before afterwards', async () => {
      write('one');
      await fixture.sink.flush();
      const before = await texts();
      expect(await forget(['other'])).toBe(0);
      expect(await texts()).toEqual(before);
      await forget(['one']);
      write('two');
      await fixture.sink.flush();
      expect((await texts()).filter((text) => text.includes('two'))).toHaveLength(6);
    });

    it('leaves what is too young to be judged', async () => {
      write('starting', now);
      await fixture.sink.flush();
      expect(await forget(['starting'], now)).toBe(0);
      expect(await texts()).toHaveLength(7);
      expect(await forget(['starting'], now + 1)).toBe(6);
    });

    it('asks for at most 1,000 conversations at once, for each that it holds', async () => {
      const held = Array.from({ length: 1100 }, (_, index) => `c-${index}`);
      for (const conversationId of held) loggerAt(now).openSpan('turn', { conversationId });
      await fixture.sink.flush();
      const asked: (readonly string[])[] = [];
      await fixture.sink.forget({
        before: now + 1,
        signal: new AbortController().signal,
        findMissing: async (some) => {
          asked.push(some);
          return new Set();
        },
      });
      expect(asked.every((some) => some.length <= 1000)).toBe(true);
      expect(new Set(asked.flat())).toEqual(new Set(held));
    });

    it('removes nothing where it can not ask', async () => {
      write('gone');
      await fixture.sink.flush();
      const findMissing = () => Promise.reject(new Error('the store does not answer'));
      const { signal } = new AbortController();
      const asked = fixture.sink.forget({ before: now + 1, signal, findMissing });
      await expect(asked).rejects.toThrow('does not answer');
      expect(await texts()).toHaveLength(7);
      expect(await forget(['gone'])).toBe(6);
    });

    it('ends early when it is told to', async () => {
      write('gone');
      await fixture.sink.flush();
      const controller = new AbortController();
      const { signal } = controller;
      const findMissing = async (ids: readonly string[]) => {
        controller.abort();
        return new Set(ids);
      };
      expect(await fixture.sink.forget({ before: now + 1, signal, findMissing })).toBe(0);
      expect(await texts()).toHaveLength(7);
    });
  });
}
