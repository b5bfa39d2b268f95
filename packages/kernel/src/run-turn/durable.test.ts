import { describe, expect, it } from 'vitest';
import { Ledger } from '../__fixtures__/ledger.ts';
import { batch, playTurn, startTurn, type TurnParts } from '../__fixtures__/start-turn.ts';
import { fakeKernelRuntime, finish, plainTool, text, toolCall } from '../testing/index.ts';
import { defineTool, type ToolContext, textResult } from '../tool.ts';
import type { CompletedToolStep } from './options.ts';

const script = [
  batch(toolCall('order', {}, 'c1'), finish('tool-calls')),
  batch(text('done'), finish()),
];

/** An order of three steps, and which of them ran. */
function order() {
  const ran: string[] = [];
  const tool = plainTool({
    name: 'order',
    isDurable: true,
    async run(_, { step }) {
      const id = await step.do('reserve', () => `r${ran.push('reserve')}`);
      const paid = await step.do('pay', () => ({ id, at: ran.push('pay') }));
      await step.do('send', () => ran.push('send'));
      return JSON.stringify(paid);
    },
  });
  return { ran, tools: [tool] };
}

const play = (run: (context: ToolContext) => Promise<string>, parts: TurnParts = {}) =>
  playTurn({
    script,
    tools: [plainTool({ name: 'order', isDurable: true, run: (_, context) => run(context) })],
    ...parts,
  });

describe('a durable tool', () => {
  it('has each step recorded between the start and the end of its call', async () => {
    const ledger = new Ledger();
    const { tools } = order();
    const turn = await playTurn({ script, tools, host: ledger.host() });
    expect(ledger.log).toEqual([
      ...['response', 'start c1', 'step c1 reserve', 'step c1 pay', 'step c1 send', 'end c1'],
      ...['commit 0', 'commit 1'],
    ]);
    expect(turn.eventsOf('tool-result')).toMatchObject([
      { content: [{ text: '{"id":"r1","at":2}' }] },
    ]);
  });

  it('tells the host which call of which step it is, and nobody else what it gave', async () => {
    const seen: CompletedToolStep[] = [];
    const host = { onToolStep: async (step: CompletedToolStep) => void seen.push(step) };
    const turn = await play(
      async ({ step }) => `${await step.do('private', () => 'secret')}`.slice(9),
      {
        host,
      },
    );
    expect(seen).toEqual([{ stepId: 'turn-1#0', callId: 'c1', name: 'private', value: 'secret' }]);
    const told = JSON.stringify([turn.events, turn.sink.spans(), turn.sink.records]);
    expect(told).not.toMatch(/private|secret/);
  });

  it.each(['response', 'start c1', 'step c1 reserve', 'step c1 pay', 'step c1 send', 'end c1'])(
    'whose host is lost after `%s` goes on behind what is recorded',
    async (last) => {
      const writes = ['response', 'start c1', 'step c1 reserve', 'step c1 pay', 'step c1 send'];
      const ledger = new Ledger();
      const first = order();
      const atWrite = [...writes, 'end c1'].indexOf(last) + 1;
      const crash = { atWrite, isWritten: true };
      await playTurn({ script, tools: first.tools, host: ledger.host(crash) });
      const again = order();
      const rest = script.slice(1);
      const turn = await playTurn({
        script: rest,
        tools: again.tools,
        ...ledger.resume(),
        host: ledger.host(),
      });
      const done = ledger.log.slice(0, atWrite).filter((name) => name.startsWith('step')).length;
      expect(again.ran).toEqual(last === 'end c1' ? [] : ['reserve', 'pay', 'send'].slice(done));
      expect(turn.eventsOf('tool-result')).toMatchObject([{ isError: false }]);
      expect(turn.end.finishReason).toBe('stop');
    },
  );

  it('is run again where it is unsafe, too; any other such call is not', async () => {
    const resume = {
      stepIndex: 0,
      response: {
        stepId: 'turn-1#0',
        index: 0,
        chunks: [
          { type: 'tool-call', stepId: 'turn-1#0', callId: 'c1', name: 'order', input: {} },
          { type: 'tool-call', stepId: 'turn-1#0', callId: 'c2', name: 'plain', input: {} },
        ],
        finishReason: 'tool-calls',
      },
      calls: [{ callId: 'c1', steps: [{ name: 'reserve', value: 'r0' }] }, { callId: 'c2' }],
    } as const;
    const { ran, tools } = order();
    const turn = await playTurn({ script: [], tools: [...tools, plainTool()], resume });
    expect(ran).toEqual(['pay', 'send']);
    const results = turn.eventsOf('tool-result').sort((a, b) => (a.callId < b.callId ? -1 : 1));
    expect(results).toMatchObject([
      { callId: 'c1', isError: false, content: [{ text: '{"id":"r0","at":1}' }] },
      { callId: 'c2', interrupted: true },
    ]);
  });

  it('sees the error of a step, which is not recorded', async () => {
    const ledger = new Ledger();
    const turn = await play(
      async ({ step }) => {
        const failing = step.do('try', () => Promise.reject(new Error('no answer')));
        const message = await failing.catch((error) => String(error.message));
        return `${message}, then ${await step.do('try', () => 'an answer')}`;
      },
      { host: ledger.host() },
    );
    expect(ledger.log.filter((name) => name.startsWith('step'))).toEqual(['step c1 try']);
    expect(turn.eventsOf('tool-result')).toMatchObject([
      { content: [{ text: 'no answer, then an answer' }] },
    ]);
  });

  it('runs without a host, and with one that records no steps', async () => {
    for (const parts of [{}, { host: { onCallStart: async () => {} } }]) {
      const turn = await play(async ({ step }) => step.do('a', () => 'fine'), parts);
      expect(turn.eventsOf('tool-result')).toMatchObject([{ content: [{ text: 'fine' }] }]);
    }
  });

  it('whose step can not be recorded ends the turn: nothing further runs, no result is kept', async () => {
    const log: string[] = [];
    const turn = await play(
      async ({ step }) => {
        await step.do('first', () => log.push('first')).catch(() => log.push('refused'));
        await step.do('second', () => log.push('second')).catch(() => log.push('stopped'));
        return 'all is well';
      },
      {
        host: {
          onToolStep: () => Promise.reject(new Error('the store is away')),
          onCallEnd: async () => void log.push('end'),
        },
      },
    );
    expect(log).toEqual(['first', 'refused', 'stopped']);
    expect(turn.eventsOf('tool-result')).toMatchObject([{ isError: true, interrupted: true }]);
    expect(turn.end).toMatchObject({ error: { code: 'store-unavailable' }, steps: 0 });
    expect(turn.steps).toEqual([]);
  });

  it('starts no step after an abort; one that ends in time is still recorded', async () => {
    const runtime = fakeKernelRuntime();
    const ledger = new Ledger();
    const ran: string[] = [];
    const turn = startTurn({
      runtime,
      script,
      host: ledger.host(),
      tools: [
        plainTool({
          name: 'order',
          isDurable: true,
          async run(_, { step }) {
            await step.do('under way', () => runtime.sleep(520).then(() => ran.push('under way')));
            await step.do('next', () => ran.push('next'));
            return 'done';
          },
        }),
      ],
    });
    await runtime.clock.advance(500);
    turn.abort();
    expect(await turn.finish()).toMatchObject({ finishReason: 'aborted', steps: 1 });
    expect(ran).toEqual(['under way']);
    expect(ledger.log).toEqual([
      ...['response', 'start c1', 'step c1 under way', 'end c1', 'commit 0'],
    ]);
    expect(turn.eventsOf('tool-result')).toMatchObject([{ interrupted: true, durationMs: 520 }]);
  });

  it('that was left behind records nothing, and no recording outlives its call', async () => {
    const runtime = fakeKernelRuntime();
    const log: string[] = [];
    const slow = async (name: string) => {
      log.push(`${name} begins`);
      await runtime.sleep(100);
      log.push(`${name} ends`);
    };
    const turn = startTurn({
      runtime,
      script,
      host: {
        onToolStep: ({ name }) => slow(name),
        onStepComplete: async () => ({ committedSeq: log.push('commit') }),
      },
      tools: [
        plainTool({
          name: 'order',
          isDurable: true,
          timeoutMs: 450,
          async run(_, { step }) {
            const late = step.do('late', () => runtime.sleep(2000).then(() => 1));
            await step.do('first', () => runtime.sleep(480).then(() => 1));
            return `${await late}`;
          },
        }),
      ],
    });
    expect(await turn.finish()).toMatchObject({ finishReason: 'stop' });
    await runtime.clock.runAll();
    expect(log).toEqual(['first begins', 'first ends', 'commit', 'commit']);
  });

  it('takes its limits from the turn', async () => {
    const turn = await play(
      async ({ step }) => {
        await step.do('a', () => 'x'.repeat(8));
        const large = await step.do('b', () => 'x'.repeat(9)).catch((error) => error.message);
        await step.do('c', () => 1);
        return `${large} ${await step.do('d', () => 1).catch((error) => error.message)}`;
      },
      { limits: { toolStepBytes: 10, maxToolSteps: 2 } },
    );
    const [result] = turn.eventsOf('tool-result');
    expect(JSON.stringify(result?.content)).toMatch(/larger than 10 bytes.*can record 2 steps/);
  });

  it('keeps the steps of calls that run side by side apart', async () => {
    const ledger = new Ledger();
    const runtime = fakeKernelRuntime();
    const turn = await playTurn({
      runtime,
      host: ledger.host(),
      script: [
        batch(...['c1', 'c2'].map((id) => toolCall('order', { id }, id)), finish('tool-calls')),
      ],
      tools: [
        plainTool({
          name: 'order',
          isDurable: true,
          isConcurrent: true,
          run: (_, { step, callId }) =>
            step.do('same', () => runtime.sleep(callId === 'c1' ? 20 : 10).then(() => callId)),
        }),
      ],
    });
    expect(ledger.log.filter((name) => name.startsWith('step'))).toEqual([
      ...['step c2 same', 'step c1 same'],
    ]);
    const results = turn.eventsOf('tool-result');
    for (const { callId, content } of results) expect(content).toMatchObject([{ text: callId }]);
  });
});

describe('defineTool', () => {
  const parts = {
    name: 'order',
    description: 'Orders.',
    inputSchema: { type: 'object' },
    isDurable: true,
    parse: () => undefined,
    run: async () => textResult('ok'),
  };

  it.each(['pure', 'reconcilable'] as const)('refuses a durable tool that is %s', (effect) => {
    expect(() => defineTool({ ...parts, effect })).toThrow(/order can not be durable/);
  });

  it('says of other tools only that they are durable if they are', () => {
    expect(defineTool(parts)).toMatchObject({ effect: 'unsafe', isDurable: true });
    expect(defineTool({ ...parts, isDurable: false })).not.toHaveProperty('isDurable');
  });
});

describe('a tool that is not durable', () => {
  it('can do no steps', async () => {
    const turn = await playTurn({
      script,
      tools: [plainTool({ name: 'order', run: (_, { step }) => step.do('a', () => 'done') })],
    });
    expect(turn.eventsOf('tool-result')).toMatchObject([
      { isError: true, content: [{ text: expect.stringContaining('isDurable: true') }] },
    ]);
  });
});
