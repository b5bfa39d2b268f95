import { afterAll, beforeAll, expect, test } from 'vitest';
import { freshDatabaseUrl } from '../fresh-database.ts';
import { type HostProcess, startHost, temporaryDataDir } from './host-process.ts';
import { chat, request, stream, text, types } from './http.ts';

const leaseMs = 1500;
let databaseUrl = '';
let one: HostProcess;
let two: HostProcess;

async function start(): Promise<HostProcess> {
  const { dataDir } = temporaryDataDir();
  return startHost({
    dataDir,
    args: ['--approvals', 'auto'],
    environment: { DATABASE_URL: databaseUrl, DISPATCH_LEASE_MS: String(leaseMs) },
  });
}

beforeAll(async () => {
  databaseUrl = await freshDatabaseUrl();
  // Both bring the schema of an empty database up to date at once.
  [one, two] = await Promise.all([start(), start()]);
});

afterAll(async () => {
  await Promise.all([one, two].map((host) => host.stop()));
});

const slow = JSON.stringify([
  { text: 'one ' },
  { tool: 'shell', input: { command: 'echo ran' } },
  { next: true },
  { text: 'two three four', deltas: 14, delayMs: 60 },
]);

test('any host follows, steers and aborts a turn of the other', async () => {
  const turn = await chat(one.url, { conversationId: 'shared', message: slow });
  await turn.until('step-start');
  const followed = await stream(`${two.url}/conversations/shared/events?cursor=${turn.turnId}:0`);
  expect(followed.status).toBe(200);
  expect((await request(`${two.url}/conversations/shared`, 'GET')).body.status).toBe('running');
  const busy = await chat(two.url, { conversationId: 'shared', message: 'no' });
  expect(busy.status).toBe(409);
  const queued = await request(`${two.url}/conversations/shared/queue`, 'POST', {
    message: 'steered',
  });
  expect(queued.status).toBe(202);
  await followed.until('text-delta');
  const aborted = await request(`${two.url}/conversations/shared/abort`, 'POST');
  expect(aborted).toMatchObject({ status: 202, body: { turnId: turn.turnId } });
  const rest = await followed.rest();
  expect(rest.at(-2)).toMatchObject({ type: 'done', finishReason: 'aborted' });
  expect(rest.at(-1)).toMatchObject({ type: 'turn-sealed' });
});

test('a host that is killed in mid-answer is replaced, and who follows on the other sees it all', async () => {
  const victim = await start();
  const turn = await chat(victim.url, { conversationId: 'taken', message: slow });
  await turn.until('turn-start');
  const followed = await stream(`${two.url}/conversations/taken/events?cursor=${turn.turnId}:0`);
  const before = await followed.until('step-complete');
  before.push(...(await followed.until('text-delta')));
  await victim.kill();
  const killedAt = performance.now();
  const [reset] = (await followed.until('step-reset')).slice(-1);
  expect(performance.now() - killedAt).toBeLessThan(leaseMs + 15_000);
  expect(Number(reset?.n) % 2 ** 32).toBe(0);
  const rest = await followed.rest();
  expect(text(rest)).toBe('two three four');
  expect(types(rest).at(-1)).toBe('turn-sealed');
});
