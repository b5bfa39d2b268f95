import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@dispatch/client';
import { startHost } from './host-process.ts';

const answer = 'It is placed. A courier brings it tomorrow, between nine and noon, to your door.';
/** What the scripted model does: it says a word, calls a tool, and answers in twenty pieces. */
const script = [
  { text: 'I place the order. ' },
  { tool: 'shell', input: { command: 'echo one order >> orders.txt' } },
  { next: true },
  { text: answer, deltas: 20, delayMs: 60 },
];
const killedAfter = 10;

const say = (words: string) => process.stdout.write(`\n[${words}]\n`);

const dataDir = mkdtempSync(join(tmpdir(), 'dispatch-example-'));
// The host's PostgreSQL runs as a user of its own where this one is root: it has to get in.
chmodSync(dataDir, 0o711);
let host = await startHost(dataDir, 0);
try {
  say(`A host runs at ${host.url}. It is asked to place an order`);
  const client = createClient({ url: host.url });
  const turn = await client.send({ message: JSON.stringify(script), cwd: dataDir });

  let shown = '';
  let pieces = 0;
  for await (const item of turn) {
    if (item.type === 'tool-result') say('The tool has run: the order is placed');
    if (item.type === 'step-start') shown = '';
    if (item.type === 'step-reset') say('The unfinished part is told again, from its start');
    if (item.type !== 'text-delta') continue;
    process.stdout.write(item.delta);
    shown += item.delta;
    pieces += 1;
    // The first piece is the word before the call.
    if (pieces !== 1 + killedAfter) continue;
    await host.end('SIGKILL');
    say('The host is killed in mid-answer (SIGKILL), and started again. The client waits');
    host = await startHost(dataDir, Number(new URL(host.url).port));
  }
  say('The turn is sealed');

  const { chunks } = await client.messages(turn.conversationId);
  const kept = chunks.flatMap(({ role, chunk }) =>
    role === 'assistant' && chunk.type === 'text' ? [chunk.text] : [],
  );
  assert.ok(pieces > 1 + killedAfter, 'the host was killed before the answer was over');
  assert.equal(shown, answer, 'the client was shown the whole answer');
  assert.deepEqual(kept, ['I place the order. ', answer], 'the whole answer is kept, once');
  const orders = readFileSync(join(dataDir, 'orders.txt'), 'utf8');
  assert.equal(orders, 'one order\n', 'the tool ran once');
  say('The answer arrived whole, it is kept once, and there is one order');
} finally {
  await host.end('SIGTERM');
  rmSync(dataDir, { recursive: true, force: true });
}
