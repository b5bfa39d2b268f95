import { createServer, type ServerResponse } from 'node:http';
import type { Conversation, TurnEvent } from '@dispatch/wire';
import { onTestFinished } from 'vitest';

type Bare<Event> = Event extends unknown ? Omit<Event, 'conversationId' | 'turnId' | 'n'> : never;
export type BareEvent = Bare<TurnEvent>;

export interface FakeTurn {
  /** Numbers the events and sends them, one line each. */
  emit(...events: readonly BareEvent[]): void;
  /** `done` and `turn-sealed`, and the end of the stream. */
  finish(finishReason?: 'stop' | 'aborted' | 'error'): void;
  readonly body: { readonly message?: unknown; readonly [field: string]: unknown };
  readonly conversationId: string;
}

export interface FakeHost {
  readonly url: string;
  /** `POST /chat {"message":"Hi"}`, in the order of their arrival. */
  readonly requests: readonly string[];
}

export interface FakeHostOptions {
  readonly conversations?: readonly Conversation[];
  /** Plays the turn of a `POST /chat`; the fake's default says `Hello.` */
  readonly onTurn?: (turn: FakeTurn) => void;
  /** Other answers, by `METHOD /path`; a number is a status without a body. */
  readonly answers?: Readonly<Record<string, unknown>>;
  readonly onRequest?: (request: string) => void;
}

export const stepId = 'turn-1#0';

export function conversation(
  fields: Partial<Conversation> & { conversationId: string },
): Conversation {
  return {
    title: null,
    model: null,
    system: null,
    workspaceId: null,
    cwd: null,
    computerId: null,
    mode: null,
    status: 'idle',
    lastSeq: 2,
    createdAt: '2026-11-21T10:00:00.000Z',
    updatedAt: '2026-11-21T10:04:31.000Z',
    ...fields,
  };
}

/** The little of a host that commands are tested against. Closed with the test. */
export async function fakeHost(options: FakeHostOptions = {}): Promise<FakeHost> {
  const { conversations = [], answers = {}, onTurn = sayHello } = options;
  const requests: string[] = [];
  const server = createServer(async (incoming, response) => {
    let body = '';
    for await (const piece of incoming) body += piece;
    const { method = '', url = '' } = incoming;
    const path = url.split('?')[0] ?? '';
    requests.push(`${method} ${url}${body === '' ? '' : ` ${body}`}`);
    const key = `${method} ${path}`;
    if (Object.hasOwn(answers, key)) reply(response, answers[key]);
    else if (key === 'POST /chat') onTurn(startTurn(response, JSON.parse(body)));
    else if (key === 'GET /conversations') reply(response, { conversations, nextCursor: null });
    else {
      const found = conversations.find(
        ({ conversationId }) => path === `/conversations/${conversationId}`,
      );
      if (found !== undefined) reply(response, found);
      else refuse(response, 404, 'conversation-not-found');
    }
    options.onRequest?.(key);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return { url: `http://127.0.0.1:${port}`, requests };
}

function reply(response: ServerResponse, answer: unknown) {
  if (typeof answer === 'number') {
    response.writeHead(answer).end();
  } else if (typeof answer === 'function') {
    answer(response);
  } else {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  }
}

export function refuse(response: ServerResponse, status: number, code: string) {
  response.writeHead(status, { 'content-type': 'application/problem+json' });
  response.end(JSON.stringify({ type: 'x', title: 'T', status, detail: `It is ${code}`, code }));
}

export function startTurn(
  response: ServerResponse,
  body: { readonly conversationId?: string; readonly message?: unknown },
): FakeTurn {
  const conversationId = body.conversationId ?? 'minted';
  const envelope = { conversationId, turnId: 'turn-1' };
  let n = 0;
  response.writeHead(200, {
    'content-type': 'application/x-ndjson',
    'x-conversation-id': conversationId,
    'x-turn-id': 'turn-1',
  });
  response.flushHeaders();
  const emit = (...events: readonly BareEvent[]) => {
    for (const event of events) {
      response.write(`${JSON.stringify({ ...event, ...envelope, n })}\n`);
      n += 1;
    }
  };
  return {
    emit,
    finish(finishReason = 'stop') {
      emit({ type: 'done', finishReason, durationMs: 1 }, { type: 'turn-sealed', lastSeq: 2 });
      response.end();
    },
    body,
    conversationId,
  };
}

export const started: readonly BareEvent[] = [
  { type: 'turn-start', model: 'scripted/play', committedSeq: 1 },
  { type: 'step-start', stepId, index: 0 },
];

function sayHello(turn: FakeTurn) {
  turn.emit(...started, { type: 'text-delta', stepId, delta: 'Hello.' });
  turn.finish();
}
