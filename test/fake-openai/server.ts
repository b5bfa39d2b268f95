// A server that speaks OpenAI chat completions, well or badly: the model's name says how.
// Run as a process of its own: prints {"port":N} and ends when its standard input does.
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answer } from './answer.ts';
import type { ChatRequest } from './chat-request.ts';
import { models } from './models.ts';
import { Reply } from './reply.ts';

/** How often each request was made: some behaviours are met by the first attempts alone. */
const attempts = new Map<string, number>();

const server = createServer((incoming, outgoing) => {
  const reply = new Reply(outgoing);
  handle(incoming, reply).catch((error: unknown) => {
    reply.json(500, { error: { message: `fake server: ${error}` } });
  });
});

async function handle(incoming: IncomingMessage, reply: Reply): Promise<void> {
  const path = incoming.url ?? '/';
  const text = await bodyOf(incoming);
  if (incoming.method === 'GET') {
    models(path, reply);
    return;
  }
  // A path may choose the behaviour too: /v1/n/<deltas>/p/<paceMs>/chat/completions.
  const byPath = /^\/v1\/(.+)\/chat\/completions$/.exec(path)?.[1];
  if (byPath === undefined && !path.endsWith('/chat/completions')) {
    reply.json(404, { error: { message: `no route ${path}` } });
    return;
  }
  const body: ChatRequest = JSON.parse(text);
  const model = byPath ?? body.model;
  const attempt = model.startsWith('error/') ? countAttempt(`${model}\n${text}`) : 1;
  await answer({ model, body, text, attempt, headers: incoming.headers }, reply);
}

function countAttempt(key: string): number {
  const attempt = (attempts.get(key) ?? 0) + 1;
  attempts.set(key, attempt);
  return attempt;
}

async function bodyOf(incoming: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of incoming) pieces.push(piece);
  return Buffer.concat(pieces).toString('utf8');
}

server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', 4096, () => {
  const { port } = server.address() as AddressInfo;
  process.stdout.write(`${JSON.stringify({ port })}\n`);
});
process.stdin.on('end', () => process.exit()).resume();
