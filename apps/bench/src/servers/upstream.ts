// A model's server that says so many deltas at such a pace: model `n-<deltas>-p-<ms>`. One `@` a delta.
import { createServer, type ServerResponse } from 'node:http';

const perWrite = 80;

function chunk(delta: string, finish = 'null'): string {
  return `data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1700000000,"model":"m","choices":[{"index":0,"delta":${delta},"logprobs":null,"finish_reason":${finish}}],"usage":null}\n\n`;
}

const head = chunk('{"role":"assistant","content":""}');
const one = chunk('{"content":"@abc"}');
const tail = (deltas: number) =>
  `${chunk('{}', '"stop"')}data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1700000000,"model":"m","choices":[],"usage":{"prompt_tokens":5,"completion_tokens":${deltas},"total_tokens":${deltas + 5}}}\n\ndata: [DONE]\n\n`;

interface Paced {
  readonly response: ServerResponse;
  readonly deltas: number;
  readonly paceMs: number;
  readonly startedAt: number;
  sent: number;
}

const paced = new Set<Paced>();
let clock: NodeJS.Timeout | undefined;

function tick(): void {
  const now = performance.now();
  for (const stream of paced) {
    let text = '';
    while (stream.sent < stream.deltas && stream.startedAt + stream.sent * stream.paceMs <= now) {
      text += one;
      stream.sent += 1;
    }
    if (stream.sent < stream.deltas) {
      if (text !== '') stream.response.write(text);
      continue;
    }
    paced.delete(stream);
    stream.response.end(text + tail(stream.deltas));
  }
  if (paced.size > 0) return;
  clearInterval(clock);
  clock = undefined;
}

async function sayAtOnce(response: ServerResponse, deltas: number): Promise<void> {
  response.write(head);
  for (let sent = 0; sent < deltas; sent += perWrite) {
    const isThrough = response.write(one.repeat(Math.min(perWrite, deltas - sent)));
    if (!isThrough) await new Promise((resolve) => response.once('drain', resolve));
  }
  response.end(tail(deltas));
}

const server = createServer((request, response) => {
  let body = '';
  request.on('data', (bytes) => {
    body += bytes;
  });
  request.on('end', () => {
    if (request.method === 'GET') {
      response.end('{"object":"list","data":[{"id":"n-5-p-0"}]}');
      return;
    }
    const [, deltas = 0, paceMs = 0] = (/n-(\d+)-p-(\d+)/.exec(body) ?? []).map(Number);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    if (paceMs === 0) {
      void sayAtOnce(response, Math.min(deltas, 20_000));
      return;
    }
    response.write(head);
    paced.add({ response, deltas, paceMs, startedAt: performance.now(), sent: 0 });
    response.once('close', () => {
      for (const stream of paced) if (stream.response === response) paced.delete(stream);
    });
    clock ??= setInterval(tick, 1);
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', 4096, () => {
  const address = server.address();
  console.log(`http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`);
});
process.stdin.on('end', () => process.exit()).resume();
