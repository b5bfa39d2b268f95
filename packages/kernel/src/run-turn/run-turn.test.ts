import { describe, expect, it } from 'vitest';
import { batch, playTurn, startTurn } from '../__fixtures__/start-turn.ts';
import { finish, plainTool, text, toolCall, usage } from '../testing/index.ts';

const note = plainTool({ name: 'note' });

describe('a turn', () => {
  it('tells a step that says something, commits it, and is done', async () => {
    const turn = await playTurn({ script: [batch(text('Hi'), usage(10, 2), finish())] });
    expect(turn.events).toEqual([
      { type: 'step-start', stepId: 'turn-1#0', index: 0 },
      { type: 'text-delta', stepId: 'turn-1#0', delta: 'Hi' },
      { type: 'usage', stepId: 'turn-1#0', usage: { inputTokens: 10, outputTokens: 2 } },
      {
        type: 'step-complete',
        stepId: 'turn-1#0',
        finishReason: 'stop',
        usage: { inputTokens: 10, outputTokens: 2 },
        ttftMs: 0,
        decodeMs: 0,
        genTotalMs: 0,
        committedSeq: 1,
      },
      {
        type: 'done',
        finishReason: 'stop',
        usage: { inputTokens: 10, outputTokens: 2 },
        durationMs: 0,
        contextSize: 12,
      },
    ]);
    expect(turn.steps).toMatchObject([
      {
        chunks: [{ role: 'assistant', chunk: { type: 'text', text: 'Hi', stepId: 'turn-1#0' } }],
        finishReason: 'stop',
        toolCalls: 0,
        end: { finishReason: 'stop', durationMs: 0, contextSize: 12 },
      },
    ]);
    expect(turn.end).toMatchObject({
      finishReason: 'stop',
      steps: 1,
      isEndCommitted: true,
      messages: [
        { role: 'user', content: [{ type: 'text', text: 'hello' }] },
        { role: 'assistant', content: [{ type: 'text', text: 'Hi' }] },
      ],
    });
  });

  it('goes on while the model calls tools, and sends a prefix that stays the same objects', async () => {
    const turn = await playTurn({
      history: [
        { role: 'user', content: [{ type: 'text', text: 'before' }] },
        { role: 'assistant', content: [{ type: 'text', text: 'yes' }] },
      ],
      tools: [note],
      script: [
        batch(text('Wait.'), toolCall('note', { a: 1 }, 'c1'), finish('tool-calls')),
        batch(toolCall('note', { a: 2 }, 'c2'), finish('tool-calls')),
        batch(text('Done.'), finish()),
      ],
    });
    const [first, second, third] = turn.provider.requests;
    expect(first?.messages).toHaveLength(3);
    expect(second?.messages.slice(3)).toEqual([
      {
        role: 'assistant',
        content: [
          { type: 'text', text: 'Wait.' },
          { type: 'tool-call', callId: 'c1', name: 'note', input: { a: 1 } },
        ],
      },
      {
        role: 'tool',
        content: [
          { callId: 'c1', name: 'note', content: [{ type: 'text', text: 'done' }], isError: false },
        ],
      },
    ]);
    second?.messages.forEach((message, index) => {
      expect(third?.messages[index]).toBe(message);
    });
    expect(third?.tools).toBe(first?.tools);
    expect(turn.eventsOf('step-complete').map((step) => step.finishReason)).toEqual([
      'tool-calls',
      'tool-calls',
      'stop',
    ]);
    expect(turn.end.messages).toHaveLength(6);
  });

  it('runs the calls of a step that says it stopped, and goes on', async () => {
    const turn = await playTurn({
      tools: [note],
      script: [batch(toolCall('note'), finish('stop')), batch(text('ok'), finish())],
    });
    expect(turn.eventsOf('step-complete').map((step) => step.finishReason)).toEqual([
      'tool-calls',
      'stop',
    ]);
  });

  it('ends with a step that claims calls and has none', async () => {
    const turn = await playTurn({ script: [batch(text('hm'), finish('tool-calls'))] });
    expect(turn.end.finishReason).toBe('stop');
  });

  it.each(['length', 'content-filter'] as const)(
    'ends in %s, whatever the step called',
    async (reason) => {
      const runs: string[] = [];
      const pure = plainTool({ name: 'look', effect: 'pure', run: () => 'seen' });
      const unsafe = plainTool({
        name: 'act',
        run: (_, { callId }) => `run ${runs.push(callId)}`,
      });
      const turn = await playTurn({
        tools: [pure, unsafe],
        script: [batch(toolCall('act'), toolCall('look'), finish(reason))],
      });
      expect(runs).toEqual([]);
      expect(turn.end.finishReason).toBe(reason);
      const results = turn.eventsOf('tool-result');
      const look = results.find(({ name }) => name === 'look');
      const act = results.find(({ name }) => name === 'act');
      expect(look).toMatchObject({ name: 'look', isError: false });
      expect(act).toMatchObject({ name: 'act', isError: true });
      expect(act).not.toHaveProperty('interrupted');
      expect(act).not.toHaveProperty('durationMs');
      expect(turn.steps[0]?.chunks.map(({ chunk }) => 'name' in chunk && chunk.name)).toEqual([
        ...['act', 'look', 'act', 'look'],
      ]);
    },
  );

  it('ends at maxSteps, and 0 is none', async () => {
    const always = () => [[toolCall('note'), finish('tool-calls')]];
    const script = Array.from({ length: 9 }, always);
    const limits = { repeatEnd: 99 };
    const two = await playTurn({ script, tools: [note], limits: { ...limits, maxSteps: 2 } });
    expect(two.end).toMatchObject({ finishReason: 'max-steps', steps: 2, isEndCommitted: true });
    expect(two.eventsOf('step-complete').at(-1)?.finishReason).toBe('tool-calls');
    expect((await playTurn({ script, tools: [note], limits })).end.steps).toBe(10);
  });

  it('adds up the usage of its steps; the context is the last step alone', async () => {
    const turn = await playTurn({
      tools: [note],
      script: [
        batch(usage(10, 1), usage(10, 5), toolCall('note'), finish('tool-calls')),
        batch(text('x'), usage(20, 3), finish()),
      ],
    });
    expect(turn.end).toMatchObject({
      usage: { inputTokens: 30, outputTokens: 8 },
      contextSize: 23,
    });
  });

  it('measures the first token, the decoding, both, and the turn', async () => {
    const turn = await playTurn({
      script: [[100, [{ type: 'tool-input-start' }], 30, [text('a')], 20.12345, [finish()]]],
    });
    expect(turn.eventsOf('step-complete')[0]).toMatchObject({
      ttftMs: 100,
      decodeMs: 50.123,
      genTotalMs: 150.123,
    });
    expect(turn.end.durationMs).toBe(150.123);
  });

  it('has no timings without a clock, nor without a token', async () => {
    const script = [[10, [text('a')], 10, [finish()]]];
    const clockless = await playTurn({ script, hasNoClock: true });
    expect(clockless.eventsOf('step-complete')[0]).not.toHaveProperty('ttftMs');
    expect(clockless.end.durationMs).toBe(0);
    const silent = await playTurn({ script: [[10, [finish()]]] });
    expect(silent.eventsOf('step-complete')[0]).not.toHaveProperty('ttftMs');
    expect(silent.eventsOf('step-complete')[0]).not.toHaveProperty('usage');
    expect(silent.end).not.toHaveProperty('contextSize');
  });

  it('joins its message to an unanswered one before it', async () => {
    const turn = await playTurn({
      history: [{ role: 'user', content: [{ type: 'text', text: 'first' }] }],
      script: [batch(text('both'), finish())],
    });
    expect(turn.provider.requests[0]?.messages).toEqual([
      {
        role: 'user',
        content: [
          { type: 'text', text: 'first' },
          { type: 'text', text: 'hello' },
        ],
      },
    ]);
    expect(turn.end.messages.map(({ role }) => role)).toEqual(['user', 'assistant']);
  });

  it('tells the same events, spans and chunks for the same input, byte for byte', async () => {
    const play = () =>
      playTurn({
        tools: [note, plainTool({ name: 'look', effect: 'pure', run: async () => 'x' })],
        script: [
          [5, [text('a'), toolCall('look'), toolCall('note')], 7, [finish('tool-calls')]],
          [3, [text('b'), usage(1, 2), finish()]],
        ],
      });
    const [one, two] = [await play(), await play()];
    expect(JSON.stringify(two.events)).toBe(JSON.stringify(one.events));
    expect(JSON.stringify(two.sink.records)).toBe(JSON.stringify(one.sink.records));
    expect(JSON.stringify(two.steps)).toBe(JSON.stringify(one.steps));
  });

  it('survives a listener that throws', async () => {
    const turn = startTurn({
      script: [batch(text('a'), finish())],
      emit: () => {
        throw new Error('nobody listens');
      },
    });
    expect(await turn.finish()).toMatchObject({ finishReason: 'stop', steps: 1 });
  });

  it('keeps the cost of a step: it asks for nothing of the history twice', async () => {
    let reads = 0;
    const history = Array.from({ length: 50 }, (_, index) => ({
      role: 'user' as const,
      get content() {
        reads += 1;
        return [{ type: 'text' as const, text: String(index) }];
      },
    }));
    const script = Array.from({ length: 20 }, (_, index) => [
      [toolCall('note', { index }), finish('tool-calls')],
    ]);
    await playTurn({ history, tools: [note], script, message: [] });
    // Once for the prompt of the first step.
    expect(reads).toBe(50);
  });
});
