import { extensionConformance, memoryStore, toolConformance } from '@dispatch/conformance';
import { CodedError, type Records } from '@dispatch/contracts';
import type { JsonValue } from '@dispatch/kernel';
import { fakeToolContext } from '@dispatch/kernel/testing';
import { expect, test } from 'vitest';
import extension, { createTodoWriteTool, todoLimits } from './index.ts';

const todo = (content: string, status = 'pending') => ({ content, status });
const list = [todo('Read it', 'completed'), todo('Change it', 'in_progress'), todo('Test it')];

/** A store in which the conversation of a fake context is. */
async function conversationStore() {
  const memory = memoryStore();
  await memory.store.startTurn({
    conversationId: 'conversation-1',
    turnId: 'turn-1',
    create: {},
    settings: {},
    model: 'm',
    origin: 'user',
    chunks: [{ role: 'user', json: '{"type":"text","text":"hello"}' }],
    owner: 'host',
    leaseMs: 60_000,
    at: 0,
  });
  return memory;
}

function write(records: Pick<Records, 'write'>, todos: JsonValue, callId = 'call-1') {
  const call = createTodoWriteTool(records).prepare({ todos });
  if (!call.ok) throw new Error(call.message);
  return call.run(fakeToolContext({ signal: new AbortController().signal, callId }));
}

toolConformance(
  'tool-todo-write',
  async () => ({ tool: createTodoWriteTool((await conversationStore()).records) }),
  {
    valid: [{ todos: list }, { todos: [] }],
    invalid: [
      {},
      { todos: [todo('x', 'done')] },
      { todos: [todo('')] },
      { todos: [{ ...todo('x'), id: 1 }] },
      { todos: [todo('x'.repeat(todoLimits.characters + 1))] },
      { todos: Array.from({ length: todoLimits.entries + 1 }, () => todo('x')) },
    ],
  },
);

extensionConformance('tool-todo-write', extension, () => ({
  needed: { records: memoryStore().records },
}));

test('the whole list is replaced and returned', async () => {
  const { records } = await conversationStore();
  expect(await write(records, list)).toEqual({
    content: [{ type: 'json', value: { todos: list } }],
  });
  const shorter = [todo('Rest', 'in_progress'), todo('Rest', 'in_progress')];
  expect(await write(records, shorter, 'call-2')).toEqual({
    content: [{ type: 'json', value: { todos: shorter } }],
  });
  const kept = await records.list({ namespace: '@dispatch/tool-todo-write', limit: 10 });
  expect(kept.map(({ key, json }) => [key, JSON.parse(json)])).toEqual([
    ['conversation-1', shorter],
  ]);
});

test('it is gone with its conversation', async () => {
  const { records, store } = await conversationStore();
  await write(records, list);
  await store.deleteConversation('conversation-1');
  expect(await records.list({ namespace: '@dispatch/tool-todo-write', limit: 10 })).toEqual([]);
});

test('it says that it changes nothing else, so that nobody need be asked', async () => {
  const { records } = memoryStore();
  const tool = createTodoWriteTool(records);
  expect(tool.subjectOf?.({ todos: list })).toEqual({ changesOwnStateOnly: true });
  expect(tool.effect).toBe('idempotent');
});

test('a store that does not answer is told to the model', async () => {
  const write_ = async () => {
    throw new CodedError('store-unavailable', { message: 'The store does not answer.' });
  };
  expect(await write({ write: write_ }, list)).toMatchObject({
    isError: true,
    content: [{ text: expect.stringContaining('The store does not answer.') }],
  });
});
