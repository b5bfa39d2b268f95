import { expect, test } from 'vitest';
import { conversation, messagesResponse } from './response.ts';
import { tellConversation, tellHistory } from './tell.ts';

const at = Date.UTC(2026, 0, 1);

test('what is not set is null, and times are texts', () => {
  const kept = {
    conversationId: 'c',
    title: 'T',
    status: 'idle',
    lastSeq: 3,
    createdAt: at,
    updatedAt: at + 5,
  } as const;
  const told = tellConversation(kept);
  expect(conversation.parse(told)).toEqual(told);
  expect(told).toMatchObject({ title: 'T', mode: null, updatedAt: '2026-01-01T00:00:00.005Z' });
});

test('a chunk stays byte for byte as it was committed', () => {
  const json = '{ "type":"text" , "text":"\\u0000\\ud83d\\ude00" }';
  const turnId = 'a"b';
  const text = tellHistory({
    chunks: [{ seq: 1, turnId, role: 'user', createdAt: at, json }],
    lastSeq: 1,
    activeTurn: { turnId, cursor: 'a:1' },
  });
  expect(text).toContain(json);
  expect(messagesResponse.parse(JSON.parse(`{${text}}`))).toMatchObject({
    chunks: [{ seq: 1, turnId, chunk: { text: '\u0000😀' } }],
    activeTurn: { turnId },
  });
});
