import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from '@dispatch/client';
import { startPostgres, temporaryDataDir } from '@dispatch/postgres-embedded';
import { type HostProcess, startHost } from './host-process.ts';
import { readTurn } from './reader.ts';

const first = 'I place the order, and then I ask when the courier comes. ';
const answer = 'It is placed. A courier brings it tomorrow, between nine and noon, to your door.';
const steering = 'Not to the office, please.';
/** What the scripted model does: it speaks slowly, calls a tool, and answers in twenty-four pieces. */
const script = [
  { text: first, deltas: 16, delayMs: 60 },
  { tool: 'shell', input: { command: 'echo one order >> orders.txt' } },
  { next: true },
  { text: answer, deltas: 24, delayMs: 60 },
];
const steeredAfter = 4;
const killedAfter = 12;

const say = (words: string) => console.log(`\n[${words}]`);

const folder = mkdtempSync(join(tmpdir(), 'dispatch-example-'));
chmodSync(folder, 0o711);
const postgres = await startPostgres({
  dataDir: temporaryDataDir(tmpdir()),
  isTemporary: true,
  isLoopback: true,
  // What it waits for at most keeps nobody waiting.
  sleep: (ms) => sleep(ms, undefined, { ref: false }),
});
const hosts: HostProcess[] = [];
const start = async (name: string) => {
  const host = await startHost(join(folder, name), postgres.database.url);
  hosts.push(host);
  return { host, client: createClient({ url: host.url }) };
};
try {
  const one = await start('host-1');
  const [two, three] = await Promise.all([start('host-2'), start('host-3')]);
  say(`Three hosts on one PostgreSQL: ${hosts.map(({ url }) => url).join(', ')}`);

  const { conversationId, turnId } = await one.client.send({
    message: JSON.stringify(script),
    cwd: folder,
  });
  say('Host 1 was asked to place an order. Its answer is read on hosts 2 and 3');
  const reading = { conversationId, turnId };
  let queued: Promise<unknown> | undefined;
  let killed: Promise<void> | undefined;
  const [onTwo, onThree] = await Promise.all([
    readTurn({ name: 'host 2', client: two.client, ...reading }),
    readTurn({
      name: 'host 3',
      client: three.client,
      ...reading,
      onPiece(stepId, pieces) {
        if (stepId === `${turnId}#0` && pieces === steeredAfter) {
          say(`Host 3 takes a further message: ${steering}`);
          queued = three.client.queue(conversationId, { message: steering });
        } else if (stepId === `${turnId}#1` && pieces === killedAfter && killed === undefined) {
          say('Host 1 is killed in mid-answer (SIGKILL). The others wait for its lease to end');
          killed = one.host.end('SIGKILL');
        }
      },
    }),
  ]);
  await Promise.all([queued, killed]);

  assert.ok(killed !== undefined, 'host 1 was killed before the answer was over');
  assert.deepEqual([...onTwo.texts.values()], [first, answer], 'host 2 showed the whole answer');
  assert.deepEqual(onThree, onTwo, 'both hosts told the same events');
  assert.deepEqual(onTwo.steered, [steering], 'the further message joined once');
  for (const { client } of [two, three]) {
    const { chunks } = await client.messages(conversationId);
    const texts = chunks.flatMap(({ role, chunk }) =>
      chunk.type === 'text' ? [`${role}: ${chunk.text}`] : [],
    );
    const kept = [
      `user: ${JSON.stringify(script)}`,
      `assistant: ${first}`,
      `user: ${steering}`,
      `assistant: ${answer}`,
    ];
    assert.deepEqual(texts, kept, 'the history holds each text once');
  }
  const orders = readFileSync(join(folder, 'orders.txt'), 'utf8');
  assert.equal(orders, 'one order\n', 'the tool ran once');
  say('The answer arrived whole on both hosts, it is kept once, and there is one order');
} finally {
  await Promise.all(hosts.map((host) => host.end('SIGTERM')));
  await postgres.stop();
  rmSync(folder, { recursive: true, force: true });
}
