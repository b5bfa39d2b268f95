import { describe, expect, it } from 'vitest';
import { batch, playTurn } from '../__fixtures__/start-turn.ts';
import type { ProviderEvent } from '../provider.ts';
import { finish, plainTool, reasoning, text, toolCall } from '../testing/index.ts';

const high = '\ud83d';
const low = '\ude00';
const end = (providerData?: string): ProviderEvent =>
  providerData === undefined ? { type: 'reasoning-end' } : { type: 'reasoning-end', providerData };

async function chunksOf(...batches: ProviderEvent[][]) {
  const turn = await playTurn({ script: [[...batches, [finish()]]], tools: [plainTool()] });
  const chunks = turn.steps[0]?.chunks.map(({ chunk }) => chunk) ?? [];
  const deltas = turn.events.flatMap((event) => ('delta' in event ? [event.delta] : []));
  return { turn, chunks, deltas };
}

describe('a response', () => {
  it('merges neighbouring deltas of one batch, and those alone', async () => {
    const { deltas, chunks } = await chunksOf([text('a'), text('b')], [text('c')]);
    expect(deltas).toEqual(['ab', 'c']);
    expect(chunks).toEqual([{ type: 'text', text: 'abc', stepId: 'turn-1#0' }]);
  });

  it('makes a block of each kind, in the order of the stream', async () => {
    const { chunks } = await chunksOf(
      [reasoning('think'), text('say'), text(''), toolCall('plain', {}, 'c1'), text('more')],
      [reasoning('again'), end('signed'), reasoning('third')],
    );
    expect(chunks.slice(0, 6)).toMatchObject([
      { type: 'reasoning', text: 'think' },
      { type: 'text', text: 'say' },
      { type: 'tool-call', callId: 'c1' },
      { type: 'text', text: 'more' },
      { type: 'reasoning', text: 'again', providerData: 'signed' },
      { type: 'reasoning', text: 'third' },
    ]);
    expect(chunks[0]).not.toHaveProperty('providerData');
  });

  it('keeps what a reasoning brings for the provider, with or without text', async () => {
    const { chunks, turn } = await chunksOf([end('only data'), text('x'), end(), end('late')]);
    expect(chunks).toMatchObject([
      { type: 'reasoning', text: '', providerData: 'only data' },
      { type: 'text', text: 'x' },
      { type: 'reasoning', text: '', providerData: 'late' },
    ]);
    expect(turn.eventsOf('reasoning-delta')).toEqual([]);
  });

  it('has no empty text', async () => {
    const { chunks, deltas } = await chunksOf([text(''), reasoning('')]);
    expect(chunks).toEqual([]);
    expect(deltas).toEqual([]);
  });

  it('ends no delta inside a surrogate pair', async () => {
    const { deltas, chunks } = await chunksOf([text(`a${high}`)], [text(low)], [text('b')]);
    expect(deltas).toEqual(['a', '😀', 'b']);
    expect(chunks).toMatchObject([{ text: 'a😀b' }]);
  });

  it('replaces a surrogate whose other half does not come', async () => {
    const { deltas, chunks } = await chunksOf(
      [text(high)],
      [text('x')],
      [text(high), reasoning(low)],
      [reasoning(high)],
    );
    expect(deltas.join('')).toBe('\ufffdx\ufffd\ufffd\ufffd');
    expect(chunks).toMatchObject([{ text: '\ufffdx\ufffd' }, { text: '\ufffd\ufffd' }]);
  });

  it('replaces lone surrogates in inputs, in keys as well as in values, and leaves U+0000', async () => {
    const { chunks } = await chunksOf([
      toolCall('plain', '{"a\\ud800":["\\udfff","\\ud83d\\ude00"],"b":"\\u0000"}'),
    ]);
    expect(chunks[0]).toMatchObject({ input: { 'a\ufffd': ['\ufffd', '😀'], b: '\u0000' } });
  });

  it('takes empty input for an empty object', async () => {
    const { chunks } = await chunksOf([toolCall('plain', '', 'a'), toolCall('plain', ' \n', 'b')]);
    expect(chunks).toMatchObject([{ input: {} }, { input: {} }, { isError: false }, {}]);
  });

  it.each([
    ['no JSON', '{"path": ', '{"path": '],
    ['a text', '"path"', 'path'],
    ['a list', '[1]', [1]],
    ['nested too deeply', `${'['.repeat(9999)}${']'.repeat(9999)}`, undefined],
  ])('refuses an input that is %s, and keeps it', async (_, inputText, input) => {
    const { chunks, turn } = await chunksOf([toolCall('plain', inputText)]);
    expect(chunks[0]).toMatchObject({ input: input ?? inputText });
    expect(chunks[1]).toMatchObject({ type: 'tool-result', isError: true });
    expect(JSON.stringify(chunks[1])).toContain('JSON object');
    expect(turn.end.finishReason).toBe('stop');
  });

  it('mints an id for a call that has none, an ill-formed or a repeated one', async () => {
    const history = [
      {
        role: 'assistant' as const,
        content: [{ type: 'tool-call' as const, callId: 'old', name: 'plain', input: {} }],
      },
    ];
    const ids = [undefined, '', 'a b', 'x'.repeat(65), 'old', 'new', 'new', 'call_1'];
    const turn = await playTurn({
      history,
      tools: [plainTool()],
      limits: { repeatEnd: 99 },
      script: [
        batch(...ids.map((id) => toolCall('plain', {}, id)), finish('tool-calls')),
        batch(toolCall('plain', {}, 'new'), finish('tool-calls')),
      ],
    });
    const told = turn.eventsOf('tool-call').map(({ callId }) => callId);
    expect(told).toHaveLength(9);
    expect(new Set([...told, 'old']).size).toBe(10);
    expect(told[5]).toBe('new');
    expect(turn.eventsOf('tool-result').map(({ callId }) => callId)).toEqual(told);
  });

  it('finds an id even where the source of ids repeats itself', async () => {
    const turn = await playTurn({
      tools: [plainTool()],
      runtime: { ...(await playTurn()).runtime, newCallId: () => 'same' },
      script: [batch(toolCall('plain'), toolCall('plain'), finish('tool-calls'))],
    });
    const [one, two] = turn.eventsOf('tool-call');
    expect(one?.callId).not.toBe(two?.callId);
  });

  it('knows nothing of events that come later than it does', async () => {
    const later = JSON.parse('{"type":"citation","url":"x"}');
    const { chunks } = await chunksOf([text('a'), later, text('b')]);
    expect(chunks).toMatchObject([{ text: 'ab' }]);
  });
});
