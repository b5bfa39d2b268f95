import {
  fakeConversations,
  fakeExtensionContext,
  transportConformance,
} from '@dispatch/conformance';
import { isCodedError } from '@dispatch/contracts';
import { expect, it, test } from 'vitest';
import { startTransport } from './__fixtures__/start-transport.ts';
import { createHttpTransport } from './http-transport.ts';
import { parseOptions } from './options.ts';
import { urlOf } from './server/listen.ts';

function make(options: Readonly<Record<string, unknown>>) {
  const { runtime, logger, signal } = fakeExtensionContext();
  return createHttpTransport({
    options: { ...parseOptions({}), ...options },
    conversations: fakeConversations(),
    inventory: { extensions: () => [], tools: () => [] },
    computers: [],
    routes: [],
    upgrades: [],
    runtime,
    logger,
    signal,
  });
}

transportConformance('transport-http', ({ port }) => make({ port }));

test('an address that others reach is refused without a token, whoever asks', async () => {
  const failure = await make({ bind: '0.0.0.0', port: 0 }).catch((error: unknown) => error);
  expect(isCodedError(failure, 'token-required')).toBe(true);
});

test('an address that is not there is named', async () => {
  const transport = await make({ bind: '192.0.2.1', port: 0, token: 'x'.repeat(16) });
  const failure = await transport.listen().catch((error: unknown) => error);
  expect(isCodedError(failure, 'address-unavailable')).toBe(true);
  expect(String(failure)).toContain('192.0.2.1');
});

it.each([
  ['127.0.0.1', 'http://127.0.0.1:1'],
  ['0.0.0.0', 'http://127.0.0.1:1'],
  ['::', 'http://[::1]:1'],
  ['::1', 'http://[::1]:1'],
  ['10.0.0.7', 'http://10.0.0.7:1'],
])('clients find %s at %s', (bind, url) => {
  expect(urlOf(bind, 1)).toBe(url);
});

test('a stop lets those who follow go, and refuses what comes on open connections', async () => {
  const { url, transport, conversations, runtime } = await startTransport();
  const response = await fetch(`${url}/chat`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"message":"hello","conversationId":"c1"}',
  });
  expect(conversations.openFollowers()).toBe(1);
  const text = response.text();
  const closing = transport.close();
  expect((await text).split('\n')[0]).toContain('turn-start');
  await runtime.runUntil(closing);
  expect(conversations.openFollowers()).toBe(0);
});

test('what does not end by itself is cut off within 3 s', async () => {
  const { url, transport, conversations, runtime } = await startTransport();
  conversations.holdNext('models');
  const held = fetch(`${url}/models`).catch((error: unknown) => error);
  while (conversations.calls.length === 0) await runtime.advance(0);
  await runtime.runUntil(transport.close());
  expect(await held).toBeInstanceOf(Error);
  expect(runtime.now()).toBe(3000);
});
