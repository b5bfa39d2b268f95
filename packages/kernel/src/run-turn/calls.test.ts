import { describe, expect, it } from 'vitest';
import { batch, playTurn, startTurn } from '../__fixtures__/start-turn.ts';
import { fakeKernelRuntime, finish, plainTool, text, toolCall } from '../testing/index.ts';
import type { ToolEffect } from '../tool.ts';

/** A tool that takes 10 ms, and notes when it starts and ends. */
function slowTool(name: string, effect: ToolEffect, isConcurrent = effect === 'pure') {
  const runtime = fakeKernelRuntime();
  const log: string[] = [];
  let running = 0;
  const most = { atOnce: 0 };
  const tool = plainTool({
    name,
    effect,
    isConcurrent,
    async run(input) {
      log.push(`${runtime.now()} start ${JSON.stringify(input)}`);
      running += 1;
      most.atOnce = Math.max(most.atOnce, running);
      await runtime.sleep(10);
      running -= 1;
      log.push(`${runtime.now()} end`);
      return `result of ${JSON.stringify(input)}`;
    },
  });
  return { runtime, tool, log, most };
}

const calls = (name: string, count: number) =>
  Array.from({ length: count }, (_, index) => toolCall(name, { index }));

describe('calls', () => {
  it('start at once where they are pure, while the model still speaks', async () => {
    const { runtime, tool, log } = slowTool('look', 'pure');
    const turn = await playTurn({
      runtime,
      tools: [tool],
      script: [[5, [toolCall('look')], 50, [text('still here')], [finish('tool-calls')]]],
    });
    expect(log).toEqual(['5 start {}', '15 end']);
    expect(turn.types().indexOf('tool-result')).toBeLessThan(turn.types().indexOf('text-delta'));
  });

  it.each(['idempotent', 'reconcilable', 'unsafe'] as const)(
    'wait for the end of the stream where they are %s',
    async (effect) => {
      const { runtime, tool, log } = slowTool('act', effect);
      await playTurn({
        runtime,
        tools: [tool],
        script: [[5, [toolCall('act')], 50, [finish('tool-calls')]]],
      });
      expect(log).toEqual(['55 start {}', '65 end']);
    },
  );

  it('run beside others up to maxConcurrency', async () => {
    const { runtime, tool, most } = slowTool('look', 'pure');
    await playTurn({
      runtime,
      tools: [tool],
      limits: { maxConcurrency: 3 },
      script: [batch(...calls('look', 10), finish('tool-calls'))],
    });
    expect(most.atOnce).toBe(3);
    expect(runtime.now()).toBe(40);
  });

  it('run alone unless they are marked safe to run beside others', async () => {
    const alone = slowTool('act', 'unsafe');
    const script = [batch(...calls('act', 3), finish('tool-calls'))];
    await playTurn({ runtime: alone.runtime, tools: [alone.tool], script });
    expect(alone.most.atOnce).toBe(1);
    const beside = slowTool('act', 'unsafe', true);
    await playTurn({ runtime: beside.runtime, tools: [beside.tool], script });
    expect(beside.most.atOnce).toBe(3);
  });

  it('run once where they are pure and identical, and share the result', async () => {
    const { runtime, tool, log } = slowTool('look', 'pure');
    const turn = await playTurn({
      runtime,
      tools: [tool],
      script: [batch(...calls('look', 2), ...calls('look', 2), finish('tool-calls'))],
    });
    expect(log.filter((line) => line.includes('start'))).toHaveLength(2);
    const results = turn.eventsOf('tool-result').map(({ content }) => JSON.stringify(content));
    expect(results).toHaveLength(4);
    expect(new Set(results).size).toBe(2);
  });

  it('run each where they are identical and not pure', async () => {
    const { runtime, tool, log } = slowTool('act', 'idempotent');
    await playTurn({
      runtime,
      tools: [tool],
      script: [batch(toolCall('act'), toolCall('act'), finish('tool-calls'))],
    });
    expect(log.filter((line) => line.includes('start'))).toHaveLength(2);
  });

  it('are refused beyond 99 in one step', async () => {
    const runs: unknown[] = [];
    const look = plainTool({ name: 'look', effect: 'pure', run: (input) => `${runs.push(input)}` });
    const turn = await playTurn({
      tools: [look],
      script: [batch(...calls('look', 101), finish('tool-calls'))],
    });
    expect(runs).toHaveLength(99);
    const failed = turn.eventsOf('tool-result').filter(({ isError }) => isError);
    expect(failed).toHaveLength(2);
    expect(JSON.stringify(failed)).toContain('99');
  });

  it('have results in the order in which the tools end, committed in the order of the calls', async () => {
    const runtime = fakeKernelRuntime();
    const look = plainTool({
      name: 'look',
      effect: 'pure',
      async run(input) {
        await runtime.sleep(
          typeof input === 'object' && JSON.stringify(input) === '{"index":0}' ? 20 : 5,
        );
        return '';
      },
    });
    const turn = await playTurn({
      runtime,
      tools: [look],
      script: [batch(...calls('look', 2), finish('tool-calls'))],
    });
    const [first, second] = turn.eventsOf('tool-call').map(({ callId }) => callId);
    expect(turn.eventsOf('tool-result').map(({ callId }) => callId)).toEqual([second, first]);
    const committed = turn.steps[0]?.chunks.flatMap(({ chunk }) =>
      chunk.type === 'tool-result' ? [chunk.callId] : [],
    );
    expect(committed).toEqual([first, second]);
  });

  it.each([
    ['an unknown tool', toolCall('nothing'), 'There is no tool \\"nothing\\"'],
    ['input that does not fit', toolCall('picky'), 'a is missing'],
    ['a tool that throws', toolCall('broken'), 'it broke'],
    ['a tool that rejects with what is no error', toolCall('odd'), 'undefined'],
    ['a tool that returns nothing', toolCall('empty'), 'no content'],
    ['a tool whose result is no content', toolCall('wrong'), 'no content'],
    ['a tool whose result is no JSON', toolCall('big'), 'no content'],
  ])('answer %s with an error that the model sees', async (_, call, words) => {
    const nothing = JSON.parse('{}');
    const tools = [
      plainTool({
        name: 'picky',
        parse: () => {
          throw new Error('a is missing');
        },
      }),
      plainTool({
        name: 'broken',
        run: () => {
          throw new Error('it broke');
        },
      }),
      plainTool({ name: 'odd', run: () => Promise.reject(undefined) }),
      plainTool({ name: 'empty', run: async () => nothing.missing }),
      plainTool({ name: 'wrong', run: async () => ({ content: [nothing.missing] }) }),
      plainTool({
        name: 'big',
        run: async () => ({ content: [{ type: 'json', value: Object(1n) }] }),
      }),
    ];
    const turn = await playTurn({
      tools,
      script: [batch(call, finish('tool-calls')), batch(text('I see'), finish())],
    });
    const [result] = turn.eventsOf('tool-result');
    expect(result).toMatchObject({ isError: true });
    expect(result).not.toHaveProperty('interrupted');
    expect(JSON.stringify(result?.content)).toContain(words);
    expect(turn.end.finishReason).toBe('stop');
  });

  it('have a deadline: the tool gets its signal, and is left behind', async () => {
    const runtime = fakeKernelRuntime();
    const seen: string[] = [];
    const stuck = plainTool({
      name: 'stuck',
      timeoutMs: 1000,
      async run(_, { signal, output }) {
        signal.addEventListener('abort', () => seen.push(`signal at ${runtime.now()}`));
        output('stdout', 'working');
        await runtime.sleep(5000);
        output('stdout', 'too late');
        return 'too late';
      },
    });
    const turn = startTurn({
      runtime,
      tools: [stuck],
      script: [batch(toolCall('stuck'), finish('tool-calls'))],
    });
    await turn.finish();
    await runtime.clock.runAll();
    expect(seen).toEqual(['signal at 1000']);
    expect(turn.eventsOf('tool-result')).toMatchObject([
      { isError: true, interrupted: true, durationMs: 1050 },
    ]);
    expect(turn.eventsOf('tool-output').map(({ delta }) => delta)).toEqual(['working']);
  });

  it('may report on their own once their signal has fired', async () => {
    const runtime = fakeKernelRuntime();
    const polite = plainTool({
      name: 'polite',
      async run(_, { signal }) {
        await runtime.sleep(500_000, signal);
        return 'stopped half-way';
      },
    });
    const turn = await playTurn({
      runtime,
      tools: [polite],
      script: [batch(toolCall('polite'), finish('tool-calls'))],
    });
    expect(turn.eventsOf('tool-result')).toMatchObject([
      { isError: false, durationMs: 120_000, content: [{ text: 'stopped half-way' }] },
    ]);
  });

  it('pass one choke point: capped, kept whole elsewhere, without secrets, well-formed', async () => {
    const kept: unknown[] = [];
    const turn = await playTurn({
      tools: [
        plainTool({ name: 'long', run: () => 'x'.repeat(5000) }),
        plainTool({
          name: 'spy',
          run(_, { output }) {
            output('stderr', 'my s3cret');
            return 's3cret \ud800';
          },
        }),
      ],
      limits: { toolResultBytes: 1000 },
      redactor: {
        redact: (value) => value.replaceAll('s3cret', '[redacted]'),
        stream: () => ({
          push: (value) => value.replaceAll('s3cret', '[redacted]'),
          flush: () => '!',
        }),
      },
      host: { keepFullResult: async (callId, content) => `blob-${callId}-${kept.push(content)}` },
      script: [batch(toolCall('long', {}, 'c1'), toolCall('spy', {}, 'c2'), finish('tool-calls'))],
    });
    const [long, spy] = turn.eventsOf('tool-result');
    expect(JSON.stringify(long?.content)).toContain('blob-c1-1');
    expect(JSON.stringify(long?.content).length).toBeLessThan(1100);
    expect(kept).toEqual([[{ type: 'text', text: 'x'.repeat(5000) }]]);
    expect(spy?.content).toEqual([{ type: 'text', text: '[redacted] \ufffd' }]);
    expect(turn.eventsOf('tool-output').map(({ delta }) => delta)).toEqual(['my [redacted]', '!']);
  });

  it('have their result capped even where the whole of it can not be kept', async () => {
    const turn = await playTurn({
      tools: [plainTool({ run: () => 'x'.repeat(5000) })],
      limits: { toolResultBytes: 1000 },
      host: { keepFullResult: () => Promise.reject(new Error('the disk is full')) },
      script: [batch(toolCall('plain'), finish('tool-calls'))],
    });
    expect(JSON.stringify(turn.eventsOf('tool-result')[0]?.content)).toContain('not kept');
    expect(turn.end.finishReason).toBe('stop');
  });
});
