import { fakeExtensionContext, memoryStore, toolConformance } from '@dispatch/conformance';
import type { ContentPart } from '@dispatch/kernel';
import { fakeToolContext } from '@dispatch/kernel/testing';
import { beforeAll, expect, it } from 'vitest';
import extension, { createReadResultTool } from './index.ts';

const { blobs, store } = memoryStore();

beforeAll(() => keep('a', 'conversation-1', [{ type: 'text', text: 'kept' }]));

toolConformance('read_result', () => ({ tool: createReadResultTool(blobs, { maxLength: 10 }) }), {
  valid: [{ id: 'a' }, { id: 'a', offset: 3, length: 10 }],
  invalid: [{}, { id: 'a b' }, { id: 'a', length: 11 }, { id: 'a', offset: -1 }],
});

async function keep(id: string, conversationId: string, content: readonly ContentPart[]) {
  await store.enqueue({
    ...{ conversationId, queueId: id, create: {}, messageJson: '""', chunks: [] },
    ...{ limit: 100, at: 0 },
  });
  const bytes = Buffer.from(JSON.stringify(content));
  await blobs.put({ blobId: id, conversationId, mediaType: 'application/json', bytes, at: 0 });
}

async function read(input: object, conversationId = 'c') {
  const prepared = createReadResultTool(blobs, { maxLength: 10 }).prepare({ ...input });
  if (!prepared.ok) throw new Error(prepared.message);
  const { content, isError = false } = await prepared.run(
    fakeToolContext({ conversationId, signal: new AbortController().signal }),
  );
  return { text: content.map((part) => ('text' in part ? part.text : '')).join(), isError };
}

it('reads a kept result piece by piece, to its end', async () => {
  await keep('long', 'c', [
    { type: 'text', text: 'abcdefghij' },
    { type: 'json', value: [1] },
  ]);
  const first = 'abcdefghij\n[Characters 0 to 10 of 14. Go on with offset 10.]';
  expect(await read({ id: 'long' })).toEqual({ text: first, isError: false });
  const rest = '\n[1]\n[Characters 10 to 14 of 14. That is the end.]';
  expect(await read({ id: 'long', offset: 10 })).toEqual({ text: rest, isError: false });
  expect((await read({ id: 'long', offset: 14 })).text).toContain('nothing is left');
});

it('does not cut a character in two', async () => {
  await keep('pair', 'c', [{ type: 'text', text: 'a🙂b' }]);
  expect((await read({ id: 'pair', length: 2 })).text.isWellFormed()).toBe(true);
});

it('gives nothing of another conversation', async () => {
  await keep('secret', 'other', [{ type: 'text', text: 'theirs' }]);
  const { text, isError } = await read({ id: 'secret' });
  expect(isError).toBe(true);
  expect(text).toContain('No result of this conversation');
  expect(await read({ id: 'nothing' })).toMatchObject({ isError: true });
});

it('gives a fork what it took along, after what it was forked from is gone', async () => {
  await keep('shared', 'source', [{ type: 'text', text: 'kept' }]);
  await keep('left', 'source', [{ type: 'text', text: 'left' }]);
  await store.forkConversation({
    ...{ conversationId: 'source', newConversationId: 'fork', blobIds: ['shared'], at: 0 },
  });
  for (const _ of ['both', 'the fork alone']) {
    expect((await read({ id: 'shared' }, 'fork')).text).toContain('kept');
    expect(await read({ id: 'left' }, 'fork')).toMatchObject({ isError: true });
    await store.deleteConversation('source');
  }
});

it('refuses options by name', async () => {
  const context = fakeExtensionContext();
  await expect(extension.setup(context, { blobs }, { length: 1 })).rejects.toThrow('length');
});
