import type {
  ContentPart,
  LogRecord,
  ModelRequest,
  Provider,
  ProviderEvent,
} from '@dispatch/kernel';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fakeProviderContext } from './provider/fake-provider-context.ts';
import { realTime } from './real-time.ts';

/** A provider under test, with what it logged and, where it needs one, a server of its own. */
export interface ProviderFixture {
  readonly provider: Provider;
  /** All records so far, as `fakeExtensionContext().records` gives them. */
  readonly records: readonly LogRecord[];
  /** Called once, after the last test. */
  readonly dispose?: () => Promise<void>;
}

/** A user's text, sent to a model. */
export interface ProviderCase {
  readonly model: string;
  readonly text: string;
}

export interface ProviderCases {
  /** Answered, and finished. At least one. */
  readonly answers: readonly ProviderCase[];
  /** Ends with an `error` event. At least one. */
  readonly fails: readonly ProviderCase[];
  /** Yields a batch and then goes on for longer than a test can wait. */
  readonly endless: ProviderCase;
}

/**
 * The suite of the contract `provider`: one ending and nothing after it, no rejection, batches,
 * promptness on abort, a `provider.request` span for each attempt. Asks each case a few times.
 */
export function providerConformance(
  name: string,
  make: () => ProviderFixture | Promise<ProviderFixture>,
  cases: ProviderCases,
): void {
  describe(`${name}: provider contract`, () => {
    let fixture: ProviderFixture;
    beforeAll(async () => {
      fixture = await make();
    });
    afterAll(async () => {
      await fixture.dispose?.();
    });

    let asked = 0;
    const ask = ({ model, text }: ProviderCase, signal: AbortSignal) => {
      const spanId = (++asked).toString(16).padStart(16, 'a');
      const span = { traceId: 'c'.repeat(32), spanId };
      const message = [{ type: 'text', text }] as const;
      const context = fakeProviderContext({ signal, span, turnMessage: message });
      const request = requestOf(model, message);
      const stream = fixture.provider.stream(request, context)[Symbol.asyncIterator]();
      return { stream, spanId };
    };
    const read = async (one: ProviderCase) => {
      const { stream, spanId } = ask(one, new AbortController().signal);
      const batches = await drain(stream);
      return { batches, events: batches.flat(), stream, spanId };
    };
    const spansBelow = (spanId: string) => {
      const opened = fixture.records.filter(
        (record) => record.type === 'span-open' && record.parentSpanId === spanId,
      );
      return opened.map((open) => ({
        open,
        closed: fixture.records.filter(
          (record) =>
            record.type === 'span-close' && 'spanId' in open && record.spanId === open.spanId,
        ),
      }));
    };
    const all = [...cases.answers, ...cases.fails];

    it('has an id that can stand before a slash', () => {
      expect(fixture.provider.id).toMatch(/^[^/\s]+$/);
    });

    it('lists models by plain names, and knows those that it lists', async () => {
      const { provider } = fixture;
      const models = await provider.listModels(new AbortController().signal);
      for (const { id } of models) {
        expect(id.trim()).not.toBe('');
        expect(provider.hasModel?.(id) ?? true).toBe(true);
      }
      expect(new Set(models.map(({ id }) => id)).size).toBe(models.length);
    });

    it.each(cases.answers)('finishes $model $text', async (one) => {
      const { events } = await read(one);
      expect(events.filter(isEnding)).toEqual([events.at(-1)]);
      expect(events.at(-1)?.type).toBe('finish');
    });

    it.each(cases.fails)('ends $model $text with an error that can be shown', async (one) => {
      const { events } = await read(one);
      expect(events.filter(isEnding)).toEqual([events.at(-1)]);
      const last = events.at(-1);
      expect(last).toMatchObject({ type: 'error', error: { code: expect.stringMatching(kebab) } });
      if (last?.type === 'error') {
        expect(last.error.message.trim()).not.toBe('');
        expect(last.error.message.length).toBeLessThan(4096);
        expect(typeof last.error.retryable).toBe('boolean');
      }
    });

    it.each(all)(
      'yields batches of plain events for $model $text, and nothing after',
      async (one) => {
        const { batches, events, stream } = await read(one);
        for (const batch of batches) expect(Array.isArray(batch)).toBe(true);
        expect(JSON.parse(JSON.stringify(events))).toEqual(events);
        for (const event of events) {
          if ('delta' in event) expect(event.delta).not.toBe('');
          if (event.type === 'tool-call') expect(event.name).not.toBe('');
        }
        expect(await stream.next()).toEqual({ done: true, value: undefined });
      },
    );

    it.each(all)('opens and closes one span below the step for $model $text', async (one) => {
      const { events, spanId } = await read(one);
      const [request, ...more] = spansBelow(spanId);
      expect(more).toEqual([]);
      expect(request?.open).toMatchObject({ name: 'provider.request' });
      const status = events.at(-1)?.type === 'error' ? 'error' : 'ok';
      expect(request?.closed).toMatchObject([{ status }]);
    });

    it.each(cases.answers)('tells two at once apart for $model $text', async (one) => {
      const [first, second] = await Promise.all([read(one), read(one)]);
      expect(spoken(first.events)).toBe(spoken(second.events));
    });

    it(
      'stops within 100 ms of a signal that fires in mid-stream, and closes its span',
      realTime,
      async () => {
        const controller = new AbortController();
        const { stream, spanId } = ask(cases.endless, controller.signal);
        const first = await stream.next();
        expect(first.done).toBe(false);
        const rest = drain(stream);
        controller.abort();
        await expectPrompt(rest);
        expect(spansBelow(spanId).map(({ closed }) => closed.length)).toEqual([1]);
      },
    );

    it('does not go on with a signal that has fired before', realTime, async () => {
      await expectPrompt(drain(ask(cases.endless, AbortSignal.abort()).stream));
    });

    it('closes its span when its reader goes away', async () => {
      const { stream, spanId } = ask(cases.endless, new AbortController().signal);
      await stream.next();
      await stream.return?.();
      expect(spansBelow(spanId).map(({ closed }) => closed.length)).toEqual([1]);
    });
  });
}

const kebab = /^[a-z0-9]+(-[a-z0-9]+)*$/;

function requestOf(model: string, content: readonly ContentPart[]): ModelRequest {
  return { model, messages: [{ role: 'user', content }], tools: [], sampling: {} };
}

function isEnding({ type }: ProviderEvent): boolean {
  return type === 'finish' || type === 'error';
}

function spoken(events: readonly ProviderEvent[]): string {
  return events.map((event) => (event.type === 'text-delta' ? event.delta : '')).join('');
}

/** All batches. A rejection is a fault: whoever calls this fails. */
async function drain(
  stream: AsyncIterator<readonly ProviderEvent[]>,
): Promise<(readonly ProviderEvent[])[]> {
  const batches: (readonly ProviderEvent[])[] = [];
  for (;;) {
    const { done, value } = await stream.next();
    if (done === true) return batches;
    batches.push(value);
  }
}

async function expectPrompt(ended: Promise<unknown>): Promise<void> {
  const from = performance.now();
  await ended;
  expect(performance.now() - from).toBeLessThan(100);
}
