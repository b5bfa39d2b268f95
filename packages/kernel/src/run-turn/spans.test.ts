import { describe, expect, it } from 'vitest';
import { batch, playTurn } from '../__fixtures__/start-turn.ts';
import { readBody } from '../body-chain.ts';
import type { RecordedSpan } from '../testing/index.ts';
import { failure, finish, plainTool, text, toolCall, usage } from '../testing/index.ts';

const play = () =>
  playTurn({
    system: 'Be brief.',
    retry: { budgetMs: 100, delayFor: () => 1 },
    tools: [plainTool({ name: 'note' })],
    script: [
      batch(failure()),
      [4, [text('a'), toolCall('note', {}, 'c1'), usage(3, 1)], 6, [finish('tool-calls')]],
      batch(text('b'), usage(9, 1), finish()),
    ],
  });

describe('spans', () => {
  it('stand turn over step over prompt, ttft, decode and tool call', async () => {
    const { sink } = await play();
    const spans = sink.spans();
    const names = new Map(spans.map(({ open }) => [open.spanId, open.name]));
    const tree = spans.map(
      ({ open }) => `${names.get(open.parentSpanId ?? '') ?? ''}/${open.name}`,
    );
    expect(tree).toEqual([
      '/turn',
      ...['turn/step', 'step/prompt', 'step/ttft', 'step/ttft', 'step/decode', 'step/tool-call'],
      ...['turn/step', 'step/prompt', 'step/ttft', 'step/decode'],
    ]);
    expect(spans.every(({ close }) => close !== undefined)).toBe(true);
    expect(new Set(spans.map(({ open }) => open.traceId)).size).toBe(1);
    expect(spans.every(({ open }) => open.turnId === 'turn-1')).toBe(true);
    expect(spans.at(-1)?.open).toMatchObject({ stepId: 'turn-1#1', extension: 'kernel' });
  });

  it('say when the first token came, and whether one did', async () => {
    const { sink } = await play();
    const [first, second] = sink.spans('ttft');
    expect(first?.close).toMatchObject({ status: 'error', attributes: { firstToken: false } });
    expect(second?.close).toMatchObject({ status: 'ok', attributes: { firstToken: true } });
    const length = ({ open, close }: RecordedSpan) => (close?.at ?? 0) - open.at;
    expect(second && length(second)).toBe(4);
    expect(sink.spans('decode').map(length)).toEqual([6, 0]);
  });

  it('carry usage and reasons as thin attributes', async () => {
    const { sink } = await play();
    expect(sink.spans('step')[0]?.close?.attributes).toMatchObject({
      finishReason: 'tool-calls',
      toolCalls: 1,
      ttftMs: 4,
      'usage.inputTokens': 3,
      'usage.outputTokens': 1,
    });
    expect(sink.spans('turn')[0]?.close?.attributes).toMatchObject({
      finishReason: 'stop',
      steps: 2,
      'usage.inputTokens': 12,
    });
    expect(sink.spans('tool-call')[0]).toMatchObject({
      open: { attributes: { tool: 'note', callId: 'c1', effect: 'unsafe' } },
      close: { attributes: { isError: false, interrupted: false } },
    });
    for (const record of sink.records) {
      for (const value of Object.values(record.attributes)) expect(typeof value).not.toBe('object');
    }
  });

  it('hold each exact prompt as what it adds to the one before', async () => {
    const { sink, provider } = await play();
    const bodies = new Map(
      sink.spans('prompt').map(({ open, close }) => [open.spanId, close?.body]),
    );
    const read = (spanId: string): string => readBody(bodies.get(spanId) ?? '', read);
    const [first, second] = [...bodies.keys()].map(read);
    const lines = second
      ?.trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines?.[0]).toMatchObject({ system: 'Be brief.', tools: [{ name: 'note' }] });
    expect(lines?.slice(1)).toEqual(provider.requests.at(-1)?.messages);
    expect(second?.startsWith(first ?? '?')).toBe(true);
    expect([...bodies.values()][1]).toMatchObject({ keep: first?.length });
  });

  it('grow with what is said, not with its square', async () => {
    const bytesOf = async (steps: number) => {
      const script = Array.from({ length: steps }, (_, index) => [
        [text('x'.repeat(200)), toolCall('plain', { index }), finish('tool-calls')],
      ]);
      const { sink } = await playTurn({ tools: [plainTool()], script });
      return JSON.stringify(sink.records).length;
    };
    const [few, many] = [await bytesOf(20), await bytesOf(200)];
    expect(many / few).toBeLessThan(10.5);
  });

  it('are closed where a fault ends the turn', async () => {
    const turn = await playTurn({ message: [{ type: 'json', value: Object(1n) }] });
    expect(turn.end).toMatchObject({ finishReason: 'error', error: { code: 'internal' } });
    expect(turn.types().slice(-2)).toEqual(['error', 'done']);
    expect(turn.sink.spans().every(({ close }) => close?.status === 'error')).toBe(true);
  });

  it('and all else say nothing where the redactor fails', async () => {
    const fails = (): never => {
      throw new Error('the redactor broke');
    };
    const turn = await playTurn({
      redactor: { redact: fails, stream: () => ({ push: (value) => value, flush: fails }) },
      tools: [
        plainTool({
          run(_, { output }) {
            output('stdout', 'printed');
            return 's3cret';
          },
        }),
      ],
      script: [batch(toolCall('plain'), finish('tool-calls')), [new Error('s3cret')]],
    });
    expect(turn.end).toMatchObject({ finishReason: 'error', error: { code: 'provider-error' } });
    expect(turn.eventsOf('tool-result')).toMatchObject([{ isError: false }]);
    expect(JSON.stringify([turn.events, turn.sink.records])).not.toContain('s3cret');
  });
});
