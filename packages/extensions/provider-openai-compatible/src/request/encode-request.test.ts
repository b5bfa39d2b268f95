import type { AssistantMessage, Message, ModelRequest, ToolDefinition } from '@dispatch/kernel';
import { describe, expect, it } from 'vitest';
import { chooseDialect, type DialectName } from '../dialects.ts';
import { createRequestEncoder } from './encode-request.ts';

const user = (text: string): Message => ({ role: 'user', content: [{ type: 'text', text }] });
const called: AssistantMessage = {
  role: 'assistant',
  content: [
    { type: 'reasoning', text: 'Hm.' },
    { type: 'text', text: 'Looking.' },
    { type: 'tool-call', callId: 'c1', name: 'look', input: { z: 1, a: [null] } },
    { type: 'tool-call', callId: 'c2', name: 'look', input: {} },
  ],
};
const image = { type: 'image', mediaType: 'image/png', data: 'AAAA' } as const;
const results: Message = {
  role: 'tool',
  content: [
    {
      callId: 'c1',
      name: 'look',
      content: [{ type: 'text', text: 'seen' }, image],
      isError: false,
    },
    { callId: 'c2', name: 'look', content: [], isError: false },
  ],
};

function encode(
  request: Partial<ModelRequest>,
  name: DialectName = 'generic',
  sendReasoning?: boolean,
) {
  const dialect = chooseDialect('http://x', name);
  const encoder = createRequestEncoder({
    dialect,
    includeUsage: dialect.includeUsage,
    ...(sendReasoning === undefined ? {} : { sendReasoning }),
  });
  const encoded = encoder({ model: 'm', messages: [], tools: [], sampling: {}, ...request });
  return { ...encoded, body: JSON.parse(encoded.segments.join('')) };
}

describe('messages', () => {
  it('are plain text where they can be', () => {
    const content = [
      { type: 'text', text: 'a' },
      { type: 'json', value: { b: 1 } },
      { type: 'attachment', attachmentId: 'x1' },
    ] as const;
    expect(encode({ messages: [{ role: 'user', content }] }).body.messages).toEqual([
      { role: 'user', content: 'a\n{"b":1}\n[attachment x1, which is not shown]' },
    ]);
  });

  it('hold images as data URLs', () => {
    const messages: Message[] = [{ role: 'user', content: [{ type: 'text', text: 'a' }, image] }];
    expect(encode({ messages }).body.messages[0].content).toEqual([
      { type: 'text', text: 'a' },
      { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } },
    ]);
  });

  it('follow calls with their results, and images after all of these', () => {
    const { messages } = encode({ messages: [user('go'), called, results] }).body;
    expect(messages.slice(1)).toEqual([
      {
        role: 'assistant',
        content: 'Looking.',
        tool_calls: [
          {
            id: 'c1',
            type: 'function',
            function: { name: 'look', arguments: '{"z":1,"a":[null]}' },
          },
          { id: 'c2', type: 'function', function: { name: 'look', arguments: '{}' } },
        ],
      },
      {
        role: 'tool',
        tool_call_id: 'c1',
        content: 'seen\n[image 1 (image/png) follows in the next message]',
      },
      { role: 'tool', tool_call_id: 'c2', content: '(no output)' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Image 1, of the tool call c1:' },
          { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } },
        ],
      },
    ]);
  });

  it('leave out what says nothing, wherever it stands', () => {
    const thought: Message = { role: 'assistant', content: [{ type: 'reasoning', text: 'Hm.' }] };
    expect(encode({ messages: [thought, user('a'), thought] }).body.messages).toEqual([
      { role: 'user', content: 'a' },
    ]);
    expect(encode({ messages: [thought], system: 's' }).body.messages).toHaveLength(1);
  });

  it.each([
    ['deepseek', 'm', undefined, true],
    ['generic', 'deepseek/deepseek-chat', undefined, true],
    ['generic', 'm', undefined, false],
    ['generic', 'm', true, true],
    ['deepseek', 'm', false, false],
  ] as const)('give reasoning back with calls: %s %s %s', (name, model, option, isSent) => {
    const silent = { ...called, content: called.content.slice(2) };
    const { messages } = encode({ model, messages: [called, silent] }, name, option).body;
    expect(messages.map((one: object) => Reflect.get(one, 'reasoning_content'))).toEqual(
      isSent ? ['Hm.', ''] : [undefined, undefined],
    );
    expect(messages[1].content).toBeNull();
  });
});

describe('a turn', () => {
  it('keeps what it sent: a request begins with the one before, but for its end', () => {
    const encoder = createRequestEncoder({
      dialect: chooseDialect('http://x', 'generic'),
      includeUsage: true,
    });
    const tools: ToolDefinition[] = [
      { name: 'look', description: 'd', inputSchema: { type: 'object' } },
    ];
    for (const system of [undefined, 's']) {
      const messages: Message[] = [user('go')];
      const base = { model: 'm', messages, tools, sampling: {} };
      const request = system === undefined ? base : { ...base, system };
      let before = encoder(request).segments;
      for (const message of [called, results, user('more')]) {
        messages.push(message);
        const { segments } = encoder(request);
        expect(segments.slice(0, before.length - 1)).toEqual(before.slice(0, -1));
        expect(segments.length).toBeGreaterThan(before.length);
        expect(JSON.parse(segments.join('')).tools).toEqual([
          {
            type: 'function',
            function: { name: 'look', description: 'd', parameters: { type: 'object' } },
          },
        ]);
        before = segments;
      }
    }
  });
});

describe('sampling', () => {
  const all = { temperature: 0, topP: 0.5, maxOutputTokens: 9, reasoningEffort: 'low' };
  it.each([
    ['generic', 'any', { temperature: 0, top_p: 0.5, max_tokens: 9, reasoning_effort: 'low' }, []],
    [
      'openai',
      'o3-mini',
      { max_completion_tokens: 9, reasoning_effort: 'low' },
      ['temperature', 'topP'],
    ],
    [
      'openai',
      'openai/gpt-5.2',
      { max_completion_tokens: 9, reasoning_effort: 'low' },
      ['temperature', 'topP'],
    ],
    [
      'openai',
      'gpt-4o',
      { temperature: 0, top_p: 0.5, max_completion_tokens: 9 },
      ['reasoningEffort'],
    ],
    [
      'deepseek',
      'deepseek-reasoner',
      { max_tokens: 9, reasoning_effort: 'low' },
      ['temperature', 'topP'],
    ],
    [
      'mistral',
      'mistral-large',
      { temperature: 0, top_p: 0.5, max_tokens: 9 },
      ['reasoningEffort'],
    ],
  ] as const)('of %s %s', (name, model, fields, dropped) => {
    const encoded = encode({ model, sampling: all }, name);
    expect(encoded.body).toEqual({
      model,
      stream: true,
      ...(name === 'mistral' ? {} : { stream_options: { include_usage: true } }),
      ...fields,
      messages: [],
    });
    expect(encoded.dropped).toEqual(dropped);
  });
});

describe('the dialect', () => {
  it.each([
    ['https://api.openai.com/v1', 'openai'],
    ['https://me.openai.azure.com/openai/v1', 'openai'],
    ['https://api.deepseek.com', 'deepseek'],
    ['https://api.mistral.ai/v1', 'mistral'],
    ['https://notopenai.com/v1', 'generic'],
    ['http://localhost:11434/v1', 'generic'],
  ] as const)('of %s is %s', (url, name) => {
    expect(chooseDialect(url, undefined)).toBe(chooseDialect('http://x', name));
    expect(chooseDialect(url, 'generic')).toBe(chooseDialect('http://x', 'generic'));
  });
});
