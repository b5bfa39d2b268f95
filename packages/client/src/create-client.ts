import { parseCursor } from '@dispatch/wire';
import type { Client, ClientOptions } from './client.ts';
import { DispatchError } from './dispatch-error.ts';
import { extensionRequests } from './http/extension-requests.ts';
import { followTurn } from './http/follow-turn.ts';
import { offer } from './http/offer.ts';
import { createRequester, type RequesterOptions } from './http/requester.ts';
import { sendTurn } from './http/send-turn.ts';
import { readSnapshot } from './http/snapshot.ts';
import { mintId } from './mint-id.ts';
import { openConnection } from './socket/open-connection.ts';
import { defaultSurroundings } from './surroundings.ts';

/** A client of the host at `url`. Opens nothing by itself and holds nothing to be closed. */
export function createClient(clientOptions: ClientOptions): Client {
  const options: RequesterOptions = {
    ...defaultSurroundings(),
    silenceMs: 30_000,
    ...clientOptions,
    url: clientOptions.url.replace(/\/+$/, ''),
  };
  const requester = createRequester(options);
  const { open, read } = requester;
  const never = new AbortController().signal;

  return {
    send: (message, { signal = never } = {}) => sendTurn(requester, options, message, signal),
    follow(conversationId, { cursor: text, sinceSeq = 0, signal = never } = {}) {
      const cursor = text === undefined ? undefined : parseCursor(text);
      if (text !== undefined && cursor === undefined) {
        throw new DispatchError('invalid-input', `\`${text}\` is no cursor.`);
      }
      return followTurn({
        requester,
        options,
        conversationId,
        sinceSeq,
        signal,
        ...(cursor === undefined ? {} : { cursor }),
      });
    },
    connect: () => openConnection(requester, options),

    messages: (conversationId, query = {}) => read(pathOf(conversationId, '/messages'), { query }),
    snapshot: (conversationId, sinceSeq = 0) =>
      readSnapshot(requester, conversationId, sinceSeq, never),
    queue(conversationId, message) {
      const body = { idempotencyKey: mintId(options.random), ...message };
      const path = pathOf(conversationId, '/queue');
      return offer(() => read(path, { method: 'POST', body }), options, never);
    },
    queued: (conversationId) => read(pathOf(conversationId, '/queue')),
    async removeQueued(conversationId, queueId) {
      const path = pathOf(conversationId, `/queue/${encodeURIComponent(queueId)}`);
      await open(path, { method: 'DELETE' });
    },
    abort: (conversationId) => read(pathOf(conversationId, '/abort'), { method: 'POST' }),
    fork: (conversationId, atSeq) =>
      read(pathOf(conversationId, '/fork'), {
        method: 'POST',
        body: atSeq === undefined ? {} : { atSeq },
      }),

    list: (query = {}) => read('/conversations', { query }),
    get: (conversationId) => read(pathOf(conversationId)),
    update: (conversationId, body) => read(pathOf(conversationId), { method: 'PATCH', body }),
    async remove(conversationId) {
      await open(pathOf(conversationId), { method: 'DELETE' });
    },
    metrics: (conversationId) => read(pathOf(conversationId, '/metrics')),

    ...extensionRequests(requester),

    models: () => read('/models'),
    tools: () => read('/tools'),
    extensions: () => read('/extensions'),
    computers: () => read('/computers'),
    surfaces: () => read('/surfaces'),
    async isReady() {
      try {
        await open('/ready');
        return true;
      } catch (error) {
        if (error instanceof DispatchError && error.status !== undefined) return false;
        throw error;
      }
    },
  };
}

function pathOf(conversationId: string, rest = ''): string {
  return `/conversations/${encodeURIComponent(conversationId)}${rest}`;
}
