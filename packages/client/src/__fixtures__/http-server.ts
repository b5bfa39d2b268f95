import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { onTestFinished } from 'vitest';

export interface RecordedRequest {
  readonly method: string;
  readonly url: string;
  readonly authorization: string | undefined;
  readonly contentType: string | undefined;
  readonly body: string;
}

export type Answer = (response: ServerResponse, request: RecordedRequest) => void;

export interface TestServer {
  readonly url: string;
  readonly requests: readonly RecordedRequest[];
}

/** A server that gives its answers one by one, the last one for ever. Closed with the test. */
export async function serveAnswers(...answers: readonly Answer[]): Promise<TestServer> {
  const requests: RecordedRequest[] = [];
  const server = createServer(async (incoming, response) => {
    const request = await record(incoming);
    const answer = answers[Math.min(requests.length, answers.length - 1)];
    requests.push(request);
    answer?.(response, request);
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

async function record(incoming: IncomingMessage): Promise<RecordedRequest> {
  let body = '';
  for await (const piece of incoming) body += piece;
  const { method = '', url = '', headers } = incoming;
  const { authorization, 'content-type': contentType } = headers;
  return { method, url, authorization, contentType, body };
}

/** 200 with these pieces of a stream; then its end, or `cut`, or `open` for ever. */
export function stream(
  pieces: readonly string[],
  then: 'end' | 'cut' | 'open' = 'end',
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return (response) => {
    response.writeHead(200, { 'content-type': 'application/x-ndjson', ...headers });
    response.flushHeaders();
    for (const piece of pieces) response.write(piece);
    if (then === 'end') response.end();
    // The pieces are on their way before the connection is reset.
    if (then === 'cut') setTimeout(() => response.destroy(), 20);
  };
}

export function json(value: unknown, status = 200): Answer {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(value));
  };
}

export function refuse(status: number, code: string): Answer {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/problem+json' });
    response.end(JSON.stringify({ type: 'x', title: 'T', status, detail: `It is ${code}.`, code }));
  };
}

export const noContent: Answer = (response) => {
  response.writeHead(204);
  response.end();
};
