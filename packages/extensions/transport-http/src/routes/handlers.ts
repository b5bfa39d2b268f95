import type { Conversations, Inventory } from '@dispatch/contracts';
import { type ComputersResponse, problemOf, tellConversation, tellHistory } from '@dispatch/wire';
import { emptyAnswer, jsonAnswer, problemAnswer } from '../answer.ts';
import { viewQueueEntry, viewTurnMetrics } from '../views.ts';
import { eventsAnswer, lostFollower } from './events-answer.ts';
import type { OwnHandlers } from './own-routes.ts';

/** What serves the routes of WIRE.md section 4. */
export function createHandlers(options: {
  readonly conversations: Conversations;
  readonly inventory: Inventory;
  readonly computers: () => Promise<ComputersResponse>;
  readonly openApi: () => string;
  readonly isStopping: () => boolean;
}): OwnHandlers {
  const { conversations, inventory } = options;
  return {
    startTurn: {
      async handle({ body }) {
        const { conversationId, turnId } = await conversations.startTurn(body);
        const follower = await conversations.followTurn({ conversationId, turnId });
        const lines = follower ?? lostFollower(await conversations.get(conversationId));
        return eventsAnswer(lines, { 'x-conversation-id': conversationId, 'x-turn-id': turnId });
      },
    },
    followTurn: {
      async handle({ params, query }) {
        const follower = await conversations.followTurn({ conversationId: params.id, ...query });
        return follower === undefined
          ? emptyAnswer(204)
          : eventsAnswer(follower, { 'x-conversation-id': params.id });
      },
    },
    readMessages: {
      async handle({ params, query }) {
        const view = await conversations.readMessages({ conversationId: params.id, ...query });
        return jsonAnswer(200, `{${tellHistory(view)}}`);
      },
    },
    queueMessage: {
      async handle({ params, body }) {
        const queued = await conversations.queueMessage({ conversationId: params.id, ...body });
        return json(202, { queueId: queued.queueId, position: queued.position });
      },
    },
    readQueue: {
      async handle({ params }) {
        const entries = await conversations.listQueue(params.id);
        return json(200, { messages: entries.map(viewQueueEntry) });
      },
    },
    removeQueued: {
      async handle({ params }) {
        await conversations.removeQueued(params.id, params.queueId);
        return emptyAnswer(204);
      },
    },
    abortTurn: {
      async handle({ params }) {
        const { turnId } = await conversations.abort(params.id);
        return json(202, { turnId });
      },
    },
    forkConversation: {
      async handle({ params, body }) {
        const { conversationId, lastSeq } = await conversations.fork(params.id, body.atSeq);
        return json(201, { conversationId, lastSeq });
      },
    },
    listConversations: {
      async handle({ query }) {
        const page = await conversations.list(query);
        return json(200, {
          conversations: page.conversations.map(tellConversation),
          nextCursor: page.nextCursor ?? null,
        });
      },
    },
    readConversation: {
      async handle({ params }) {
        return json(200, tellConversation(await conversations.get(params.id)));
      },
    },
    updateConversation: {
      async handle({ params, body }) {
        return json(200, tellConversation(await conversations.update(params.id, body)));
      },
    },
    deleteConversation: {
      async handle({ params }) {
        await conversations.remove(params.id);
        return emptyAnswer(204);
      },
    },
    readMetrics: {
      async handle({ params }) {
        const turns = await conversations.metrics(params.id);
        return json(200, { turns: turns.map(viewTurnMetrics) });
      },
    },
    listModels: {
      async handle() {
        const { models, default: defaultModel } = await conversations.models();
        return json(200, { models, default: defaultModel });
      },
    },
    listTools: {
      handle: () => json(200, { tools: conversations.tools() }),
    },
    listExtensions: {
      handle: () => json(200, { extensions: inventory.extensions() }),
    },
    listComputers: {
      async handle() {
        return json(200, await options.computers());
      },
    },
    listSurfaces: { handle: () => json(200, { surfaces: [] }) },
    listWorkspaces: { handle: () => json(200, { workspaces: [] }) },
    listCommands: { handle: () => json(200, { commands: [] }) },
    readHealth: { handle: () => json(200, { status: 'ok' }) },
    readReadiness: {
      async handle() {
        if (options.isStopping()) return unready('stopping', 'The host is stopping.');
        if (await conversations.isReady()) return json(200, { status: 'ready' });
        return unready('store-unavailable', 'The store does not answer, or recovery is under way.');
      },
    },
    readOpenApi: {
      handle: () => jsonAnswer(200, options.openApi()),
    },
  };
}

function json(status: number, value: unknown) {
  return jsonAnswer(status, JSON.stringify(value));
}

function unready(code: 'stopping' | 'store-unavailable', detail: string) {
  return problemAnswer(problemOf(code, detail));
}
