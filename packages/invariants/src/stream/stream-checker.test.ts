import fc from 'fast-check';
import { expect, test } from 'vitest';
import { script, tellTurns } from '../__fixtures__/tell-turns.ts';
import { compareWithHistory } from './compare-with-history.ts';
import { createStreamChecker } from './stream-checker.ts';
import type { StreamEvent } from './stream-event.ts';

test('what hosts tell that keep to the protocol is in order, and is what they commit', () => {
  let turns = 0;
  fc.assert(
    fc.property(script, (one) => {
      const { events, chunks } = tellTurns(one);
      const checker = createStreamChecker();
      for (const event of events) expect(checker.event(event)).toBeUndefined();
      expect(compareWithHistory(checker, chunks)).toEqual([]);
      expect(checker.committedSeq).toBe(chunks.length);
      turns += checker.wholeTurns.length;
    }),
  );
  expect(turns).toBeGreaterThan(100);
});

test('a client that comes back with an older cursor gets the rest again, without a gap', () => {
  fc.assert(
    fc.property(script, fc.array(fc.nat(), { maxLength: 4 }), fc.nat(3), (one, stops, back) => {
      const { events, chunks } = tellTurns(one);
      const checker = createStreamChecker();
      let at = 0;
      const readTo = (end: number) => {
        for (; at < end; at += 1) expect(checker.event(eventAt(events, at))).toBeUndefined();
      };
      for (const stop of stops) {
        readTo(Math.max(at, stop % (events.length + 1)));
        if (at === 0) continue;
        const from = Math.max(1, at - back);
        const { turnId, n } = eventAt(events, from - 1);
        checker.reconnected({ turnId, n });
        at = from;
      }
      readTo(events.length);
      expect(compareWithHistory(checker, chunks)).toEqual([]);
    }),
  );
});

test('a client may begin behind any commit, and after a resync', () => {
  fc.assert(
    fc.property(script, fc.nat(), fc.nat(), fc.boolean(), (one, where, first, isTold) => {
      const { events, chunks, commits } = tellTurns(one);
      const place = commits[where % commits.length];
      if (place === undefined) throw new Error('There is a commit in every turn.');
      const checker = createStreamChecker();
      const seen = events.slice(0, Math.min(place.at, first % events.length));
      for (const event of seen) expect(checker.event(event)).toBeUndefined();
      if (isTold) expect(checker.joined({ cursor: place.cursor })).toBeUndefined();
      else expect(checker.resynced(checker.committedSeq)).toBeUndefined();
      for (const event of events.slice(place.at)) expect(checker.event(event)).toBeUndefined();
      expect(compareWithHistory(checker, chunks)).toEqual([]);
    }),
  );
});

test('an event that is left out, or comes twice, is found at once', () => {
  fc.assert(
    fc.property(script, fc.nat(), fc.boolean(), (one, where, isTwice) => {
      const { events } = tellTurns(one);
      const at = where % (events.length - 1);
      const wrong = isTwice
        ? events.toSpliced(at, 0, eventAt(events, at))
        : events.toSpliced(at, 1);
      const checker = createStreamChecker();
      const found = wrong.findIndex((event) => checker.event(event) !== undefined);
      // Of an owner that was lost the last events may be lost too, those of an end that was not committed.
      const next = events[at + 1];
      const isTail = !isTwice && next?.type === 'step-reset';
      if (!isTail) expect(found).toBe(isTwice ? at + 1 : at);
    }),
  );
});

function eventAt(events: readonly StreamEvent[], index: number): StreamEvent {
  const event = events[index];
  if (event === undefined) throw new Error(`There is no event ${index}.`);
  return event;
}
