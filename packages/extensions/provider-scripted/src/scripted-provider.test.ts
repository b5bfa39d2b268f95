import {
  fakeExtensionContext,
  fakeProviderContext,
  providerConformance,
  virtualRuntime,
} from '@dispatch/conformance';
import type { Message, ModelRequest, ProviderContext, ProviderEvent } from '@dispatch/kernel';
import { describe, expect, it } from 'vitest';
import extension, { createScriptedProvider } from './index.ts';

const script = (...items: unknown[]) => JSON.stringify(items);

providerConformance(
  'scripted',
  () => {
    const { runtime, logger, records } = fakeExtensionContext();
    return { provider: createScriptedProvider({ runtime, logger }), records };
  },
  {
    answers: [
      { model: 'echo', text: 'hello' },
      { model: 'play', text: 'hello' },
      { model: 'play', text: script({ reasoning: 'so' }, { text: '😀😀😀', deltas: 9 }) },
      { model: 'play', text: script({ text: 'a' }, { tool: 't', input: { a: 1 } }, { tool: 'u' }) },
    ],
    fails: [
      { model: 'play', text: script({ text: 'a' }, { next: true }) },
      { model: 'play', text: script({ text: 'a' }, { error: { status: 503 } }) },
    ],
    endless: { model: 'play', text: script({ text: 'ab', deltas: 2, delayMs: 60_000 }) },
  },
);

function setup() {
  const runtime = virtualRuntime();
  const { logger, records } = fakeExtensionContext({ runtime });
  const provider = createScriptedProvider({ runtime, logger });
  const batches: { readonly at: number; readonly events: readonly ProviderEvent[] }[] = [];
  const ask = async (
    message: string | undefined,
    context: Partial<ProviderContext> = {},
    request: Partial<ModelRequest> = {},
  ): Promise<readonly ProviderEvent[]> => {
    const turnMessage = message === undefined ? [] : [{ type: 'text', text: message } as const];
    const messages: Message[] =
      message === undefined ? [] : [{ role: 'user', content: turnMessage }];
    const signal = new AbortController().signal;
    const stream = provider.stream(
      { model: 'play', messages, tools: [], sampling: {}, ...request },
      fakeProviderContext({ signal, turnMessage, ...context }),
    );
    batches.length = 0;
    const reading = (async () => {
      for await (const events of stream) batches.push({ at: runtime.now(), events });
    })();
    await runtime.runUntil(reading);
    return batches.flatMap(({ events }) => events);
  };
  return { provider, ask, batches, records, runtime };
}

const said = (events: readonly ProviderEvent[]) =>
  events.map((event) => (event.type === 'text-delta' ? event.delta : '')).join('');

describe('what is said', () => {
  it('echoes a message that is no script', async () => {
    const { ask } = setup();
    for (const text of ['Grüße 😀', '{"text":"a"}', '[broken', '42', '']) {
      expect(said(await ask(text))).toBe(`You said: ${text}`);
    }
  });

  it('does not play with the model echo', async () => {
    const { ask } = setup();
    const text = script({ text: 'a' });
    expect(said(await ask(text, {}, { model: 'echo' }))).toBe(`You said: ${text}`);
  });

  it('joins the parts of a message', async () => {
    const { ask } = setup();
    const turnMessage = ['[{"text":', '"joined"}]'].map(
      (text) => ({ type: 'text', text }) as const,
    );
    expect(said(await ask('', { turnMessage }))).toBe('joined');
  });

  it.each(['play', 'echo'])('says `continued` without a message (%s)', async (model) => {
    const { ask } = setup();
    expect(said(await ask(undefined, {}, { model }))).toBe('continued');
  });

  it('plays the step that it is asked for, then `done` after a last step that calls tools', async () => {
    const { ask } = setup();
    const text = script({ tool: 'a' }, { next: true }, { text: 'two' }, { tool: 'b', input: [1] });
    expect(await ask(text)).toMatchObject([
      { type: 'tool-input-start' },
      { type: 'tool-call', name: 'a', inputText: '{}' },
      { type: 'usage' },
      { type: 'finish', reason: 'tool-calls' },
    ]);
    expect(await ask(text, { stepIndex: 1 })).toMatchObject([
      { type: 'text-delta', delta: 'two' },
      { type: 'tool-input-start' },
      { type: 'tool-call', name: 'b', inputText: '[1]' },
      { type: 'usage' },
      { type: 'finish', reason: 'tool-calls' },
    ]);
    const last = await ask(text, { stepIndex: 2 });
    expect(said(last)).toBe('done');
    expect(last.at(-1)).toEqual({ type: 'finish', reason: 'stop' });
  });

  it('says what stands before an error to the attempts that meet it, and then goes past it', async () => {
    const { ask } = setup();
    const error = { status: 429, retryAfterMs: 50 };
    const text = script({ reasoning: 'r' }, { error, times: 2 }, { text: 'after' });
    for (const attempt of [1, 2]) {
      expect(await ask(text, { attempt })).toEqual([
        { type: 'reasoning-delta', delta: 'r' },
        {
          type: 'error',
          error: {
            code: 'provider-error',
            message: 'Status 429: the script says so',
            retryable: true,
            status: 429,
            retryAfterMs: 50,
          },
        },
      ]);
    }
    expect(said(await ask(text, { attempt: 3 }))).toBe('after');
  });

  it.each([
    [408, true],
    [409, true],
    [429, true],
    [500, true],
    [529, true],
    [400, false],
    [401, false],
    [422, false],
  ])('takes status %i as retryable: %s', async (status, retryable) => {
    const { ask } = setup();
    const [error] = await ask(script({ error: { status, message: 'busy' } }));
    expect(error).toMatchObject({
      error: { status, retryable, message: `Status ${status}: busy` },
    });
  });

  it('takes an error without a status as a connection that failed', async () => {
    const { ask } = setup();
    expect(await ask(script({ error: {} }))).toMatchObject([{ error: { retryable: true } }]);
  });

  it.each([
    [
      [{ txt: 'a' }],
      'item 1 must have one of reasoning, text, tool, error, next, delayMs with the unknown field "txt"',
    ],
    [[{ text: 'a', delay: 1 }], 'item 1 is a "text" with the unknown field "delay"'],
    [[{ tool: 'a' }, { next: true }, { text: 1 }], 'item 3 has a "text" that is not a text'],
    [[{ text: 'a', deltas: 0 }], 'item 1 has a "deltas" that is not a whole number of 1 or more'],
    [[{ delayMs: -1 }], 'item 1 has a "delayMs" that is not a number of 0 to 2147483647'],
    [
      [{ error: { status: 200 } }],
      'item 1 has a "status" that is not a whole number of 400 to 599',
    ],
    [[{ error: { code: 'x' } }], 'item 1 has an "error" with the unknown field "code"'],
    [[{ tool: '' }], 'item 1 has a "tool" that is empty'],
    [[{ next: true }], 'item 1 is a "next" after a step that calls no tool'],
    [[{ tool: 'a' }, { next: 1 }], 'item 2 has a "next" that is not true'],
    [['a'], 'item 1 must be an object'],
    [[[]], 'item 1 must be an object'],
    [[null], 'item 1 must be an object'],
  ])('refuses %j', async (items, reason) => {
    const { ask } = setup();
    expect(await ask(script(...items))).toEqual([
      {
        type: 'error',
        error: {
          code: 'invalid-script',
          message: `The script is not valid: ${reason}.`,
          retryable: false,
        },
      },
    ]);
  });
});

describe('when it is said', () => {
  it('says pieces apart from each other, the first at once', async () => {
    const { ask, batches } = setup();
    await ask(script({ text: 'abcd', deltas: 4, delayMs: 5 }));
    expect(batches.map(({ at }) => at)).toEqual([0, 5, 10, 15, 15]);
    expect(batches[0]?.events).toEqual([{ type: 'text-delta', delta: 'a' }]);
  });

  it('waits for a delay alone, and before a piece that is alone', async () => {
    const { ask, batches } = setup();
    await ask(script({ text: 'a' }, { delayMs: 40 }, { text: 'b' }, { text: 'c', delayMs: 2 }));
    expect(batches.map(({ at }) => at)).toEqual([0, 40, 42, 42]);
  });

  it('holds its pace when it is woken late', async () => {
    const { provider, runtime } = setup();
    const turnMessage = [
      { type: 'text', text: script({ text: 'abc', deltas: 3, delayMs: 10 }) },
    ] as const;
    const signal = new AbortController().signal;
    const at: number[] = [];
    const reading = (async () => {
      const request = { model: 'play', messages: [], tools: [], sampling: {} };
      for await (const _ of provider.stream(
        request,
        fakeProviderContext({ signal, turnMessage }),
      )) {
        at.push(runtime.now());
        await runtime.sleep(4);
      }
    })();
    await runtime.runUntil(reading);
    expect(at.slice(0, 3)).toEqual([0, 10, 20]);
  });
});

describe('usage', () => {
  it('counts code points of prompt, texts and results once, and rounds up once', async () => {
    const { ask } = setup();
    const messages: Message[] = [
      {
        role: 'user',
        content: [
          { type: 'text', text: '😀😀😀' },
          { type: 'json', value: 'unseen' },
        ],
      },
      {
        role: 'assistant',
        content: [
          { type: 'text', text: 'ab' },
          { type: 'tool-call', callId: 'c', name: 'long_name', input: { long: 'input' } },
        ],
      },
      {
        role: 'tool',
        content: [
          {
            callId: 'c',
            name: 'long_name',
            content: [{ type: 'text', text: 'r' }],
            isError: false,
          },
        ],
      },
    ];
    const request = { messages, system: 'sys' };
    const usage = async (stepIndex: number) => {
      const events = await ask(script({ tool: 't' }), { stepIndex }, request);
      return events.find(({ type }) => type === 'usage');
    };
    // 3 + 3 + 2 + 1 = 9 characters.
    expect(await usage(0)).toEqual({ type: 'usage', usage: { inputTokens: 3, outputTokens: 0 } });
    messages.push({ role: 'assistant', content: [{ type: 'text', text: '1234' }] });
    expect(await usage(1)).toEqual({ type: 'usage', usage: { inputTokens: 4, outputTokens: 1 } });
  });

  it('counts text and reasoning said together', async () => {
    const { ask } = setup();
    // The script itself has 46 characters.
    const events = await ask(script({ reasoning: 'abc' }, { text: '😀😀', deltas: 2 }));
    expect(events).toContainEqual({ type: 'usage', usage: { inputTokens: 12, outputTokens: 2 } });
  });
});

it('is contributed by the extension, as a fallback, and takes no options', async () => {
  const running = await extension.setup(fakeExtensionContext(), {}, undefined);
  expect(running.contributes.provider).toMatchObject([{ id: 'scripted', isFallback: true }]);
  expect(() => extension.checkOptions?.({ model: 'x' })).toThrow('"model"');
  expect(() => extension.checkOptions?.(1)).toThrow('object');
});
