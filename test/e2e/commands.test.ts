import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { realTime } from '../../packages/conformance/src/real-time.ts';
import { freshDatabaseUrl } from '../fresh-database.ts';
import { noSshd, startSshd, type TestSshd } from '../sshd.ts';
import { type HostProcess, startHost, temporaryDataDir } from './host-process.ts';
import { chat, request, type SeenEvent } from './http.ts';

const secret = 'a-key-that-no-command-may-see';
let databaseUrl = '';
let sshd: TestSshd | undefined;
let one: HostProcess;
let two: HostProcess;

function start(
  { dataDir }: { readonly dataDir: string } = temporaryDataDir(),
): Promise<HostProcess> {
  const ssh = sshd === undefined ? undefined : { DISPATCH_SSH_CONFIG: sshd.configFile };
  const environment = { DATABASE_URL: databaseUrl, OPENAI_API_KEY: secret, ...ssh };
  return startHost({
    dataDir,
    args: ['--approvals', 'auto', '--model', 'scripted/play'],
    environment,
  });
}

beforeAll(async () => {
  databaseUrl = await freshDatabaseUrl();
  sshd = noSshd === undefined ? await startSshd() : undefined;
  [one, two] = await Promise.all([start(), start()]);
});

afterAll(async () => {
  try {
    await Promise.all([one, two].map((host) => host.stop()));
  } finally {
    await sshd?.stop();
  }
});

/** Ids of living processes whose command line holds the words. */
function livingWith(words: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ').includes(words);
    } catch {
      return false;
    }
  });
}

async function msUntilGone(words: string): Promise<number> {
  const from = performance.now();
  await expect.poll(() => livingWith(words), { timeout: 10_000, interval: 10 }).toEqual([]);
  return performance.now() - from;
}

/** What the tools of a turn answered, text by text. */
function resultsOf(events: readonly SeenEvent[]): string[][] {
  return events
    .filter(({ type }) => type === 'tool-result')
    .map(({ content }) => (content as { text?: string }[]).map((part) => part.text ?? ''));
}

const play = (
  host: HostProcess,
  conversationId: string,
  steps: readonly object[],
  settings: object = {},
) => chat(host.url, { conversationId, message: JSON.stringify(steps), ...settings });

/** Plays the calls, one after the other, and returns their results. */
async function call(host: HostProcess, conversationId: string, tool: string, input: object) {
  const turn = await play(host, conversationId, [{ tool, input }]);
  return resultsOf(await turn.rest())[0] ?? [];
}

/** Starts a command in the background, and returns its id. */
async function startCommand(host: HostProcess, conversationId: string, command: string) {
  const input = { command, background: true, waitMs: 100 };
  const texts = await call(host, conversationId, 'shell', input);
  const commandId = /background as (\S+):/.exec(texts.at(-1) ?? '')?.[1];
  if (commandId === undefined) throw new Error(`It did not start: ${texts.join()}`);
  return commandId;
}

async function stateOf(host: HostProcess, conversationId: string) {
  const { body } = await request(`${host.url}/commands?conversationId=${conversationId}`, 'GET');
  const [command] = body.commands as { state: string }[];
  return command?.state;
}

test('a command streams what it prints, says how it ended, and sees nothing of the host', async () => {
  const turn = await play(one, 'shell', [
    { tool: 'shell', input: { command: 'env; echo oops >&2; exit 3' } },
  ]);
  const events = await turn.rest();
  const output = events.filter(({ type }) => type === 'tool-output');
  expect(output.map(({ stream }) => stream)).toContain('stderr');
  const [[printed, words] = []] = resultsOf(events);
  expect(words).toBe('exit code 3');
  expect(printed).toContain('PATH=');
  expect(JSON.stringify(events)).not.toContain(secret);
  expect(printed).not.toMatch(/OPENAI|DATABASE_URL|DISPATCH_(?!CALL)/);
});

test(
  'an abort leaves nothing of a command within a second, whatever it did to stay',
  realTime,
  async () => {
    const stubborn = `sh -c "trap '' TERM; while :; do sleep 41.7; done"`;
    const turn = await play(one, 'abort', [
      { tool: 'shell', input: { command: `(setsid ${stubborn} &); ${stubborn} & echo up; wait` } },
    ]);
    await turn.until('tool-output');
    await expect.poll(() => livingWith('sleep 41.7').length).toBeGreaterThan(3);
    await request(`${one.url}/conversations/abort/abort`, 'POST');
    expect(await msUntilGone('sleep 41.7')).toBeLessThan(1000);
    expect((await turn.rest()).at(-2)).toMatchObject({ type: 'done', finishReason: 'aborted' });
  },
);

test('a command in the background is listed, read and stopped from any host, and by the model', async () => {
  const commandId = await startCommand(one, 'back', 'echo ready; sleep 42.7; echo never');
  const { body } = await request(`${two.url}/commands?conversationId=back`, 'GET');
  expect(body.commands).toMatchObject([
    { commandId, conversationId: 'back', state: 'running', callId: expect.any(String) },
  ]);
  const outputOf = () => fetch(`${two.url}/commands/${commandId}/output?offset=3`);
  await expect.poll(async () => (await outputOf()).text()).toBe('dy\n');
  const output = await outputOf();
  expect(output.headers.get('x-output-size')).toBe('6');
  const read = await call(two, 'back', 'command_output', { commandId, offset: 0 });
  expect(read[0]).toBe('ready\n');
  expect((await call(two, 'back', 'command_list', {}))[0]).toContain(`${commandId}: running`);
  const stopped = await request(`${two.url}/commands/${commandId}/stop`, 'POST');
  expect(stopped.status).toBe(202);
  expect(await msUntilGone('sleep 42.7')).toBeLessThan(1000);
  await expect.poll(() => stateOf(two, 'back')).toBe('stopped');
  const again = await request(`${one.url}/commands/${commandId}/stop`, 'POST', {});
  expect(again.status).toBe(202);
  expect((await request(`${one.url}/commands/${commandId}-/output`, 'GET')).body.code).toBe(
    'command-not-found',
  );

  const other = await startCommand(two, 'back', 'sleep 42.8');
  expect(await call(one, 'back', 'command_stop', { commandId: other })).toEqual(['stopped']);
  expect(livingWith('sleep 42.8')).toEqual([]);
});

/** Starts a call of `shell` that waits, and resolves when its command has printed something. */
async function waitIn(
  host: HostProcess,
  conversationId: string,
  command: string,
  settings: object = {},
) {
  const steps = [{ tool: 'shell', input: { command } }, { text: 'on' }];
  const turn = await play(host, conversationId, steps, settings);
  const events = await turn.until('tool-output');
  const callId = events.find(({ type }) => type === 'tool-call')?.callId;
  if (typeof callId !== 'string') throw new Error('It made no call.');
  return { turn, callId };
}

const sendTo = (host: HostProcess, body: object) => request(`${host.url}/commands`, 'POST', body);

describe.each([
  ['the host itself', undefined],
  ['a computer over ssh', 'box'],
])('a command that a call waits for on %s', (_, computerId) => {
  const isThere = computerId === undefined || noSshd === undefined;
  const settings = computerId === undefined ? {} : { computerId };
  const name = (words: string) => `${words}-${computerId ?? 'here'}`;
  const seconds = (base: number) => `${base}.${computerId === undefined ? 1 : 2}`;

  test.runIf(isThere)('goes on in the background when any host is asked to send it', async () => {
    for (const asked of [one, two]) {
      const conversationId = name(asked === one ? 'same' : 'other');
      const sleep = `sleep ${seconds(46)}`;
      const command = `for n in 1 2 3 4; do echo out $n; echo err $n >&2; sleep 0.5; done; (setsid ${sleep} &); ${sleep}`;
      const { turn, callId } = await waitIn(one, conversationId, command, settings);
      const from = performance.now();
      const sent = await sendTo(asked, { conversationId, callId });
      expect(performance.now() - from).toBeLessThan(3000);
      expect(sent.status).toBe(201);
      const [[printed = '', words = ''] = []] = resultsOf(await turn.rest());
      const { commandId } = sent.body as { commandId: string };
      expect(words).toContain(`background as ${commandId}:`);
      const listed = await request(`${two.url}/commands?conversationId=${conversationId}`, 'GET');
      expect(listed.body.commands).toEqual([sent.body]);
      expect(sent.body).toMatchObject({ conversationId, callId, command, state: 'running' });

      const all = [1, 2, 3, 4].map((n) => `out ${n}\nerr ${n}\n`).join('');
      const outputOf = async () => (await fetch(`${two.url}/commands/${commandId}/output`)).text();
      await expect.poll(outputOf, { timeout: 6000 }).toHaveLength(all.length);
      const output = await outputOf();
      expect(output.startsWith(printed.trimEnd())).toBe(true);
      // Two pipes of a shell elsewhere: each keeps its own order.
      const linesOf = (text: string, of: string) =>
        text.split('\n').filter((line) => line.startsWith(of));
      for (const of of ['out', 'err']) expect(linesOf(output, of)).toEqual(linesOf(all, of));

      await expect.poll(() => livingWith(sleep).length).toBeGreaterThan(1);
      expect((await request(`${two.url}/commands/${commandId}/stop`, 'POST')).status).toBe(202);
      expect(await msUntilGone(sleep)).toBeLessThan(3000);
    }
  });

  test.runIf(isThere)('is gone with its host once it was sent', async () => {
    const killed = await start();
    const conversationId = name('sent-and-killed');
    const sleep = `sleep ${seconds(47)}`;
    const { turn } = await waitIn(killed, conversationId, `echo up; ${sleep}`, settings);
    expect((await sendTo(killed, { conversationId })).status).toBe(201);
    await turn.rest();
    expect(livingWith(sleep).length).toBeGreaterThan(0);
    await killed.kill();
    expect(await msUntilGone(sleep)).toBeLessThan(5000);
    expect(await stateOf(two, conversationId)).toBe('running');
    const again = await start(killed);
    expect(await stateOf(two, conversationId)).toBe('lost');
    await again.stop();
  });
});

test('an abort of the turn spares a command that was sent to the background', async () => {
  const steps = [
    { tool: 'shell', input: { command: 'echo up; sleep 48.7' } },
    { tool: 'shell', input: { command: 'sleep 48.8' } },
  ];
  const turn = await play(one, 'spared', steps);
  await turn.until('tool-output');
  const sent = await sendTo(two, { conversationId: 'spared' });
  expect(sent.status).toBe(201);
  await expect.poll(() => livingWith('sleep 48.8').length).toBeGreaterThan(0);
  await request(`${one.url}/conversations/spared/abort`, 'POST');
  await turn.rest();
  await msUntilGone('sleep 48.8');
  expect(livingWith('sleep 48.7').length).toBeGreaterThan(0);
  await request(`${one.url}/commands/${sent.body.commandId}/stop`, 'POST');
  await msUntilGone('sleep 48.7');
});

test('what no call waits for is not sent anywhere', async () => {
  await call(one, 'over', 'shell', { command: 'true' });
  const refused = await sendTo(two, { conversationId: 'over', callId: 'call_x' });
  expect([refused.status, refused.body.code]).toEqual([404, 'command-not-found']);
  const unknown = await sendTo(two, { conversationId: 'no-such' });
  expect([unknown.status, unknown.body.code]).toEqual([404, 'conversation-not-found']);
  expect((await sendTo(two, { conversationId: 'over', call: 1 })).status).toBe(400);
});

test('a command in the background ends with its conversation', async () => {
  await startCommand(one, 'deleted', 'sleep 43.7');
  expect((await request(`${two.url}/conversations/deleted`, 'DELETE')).status).toBe(204);
  expect(await msUntilGone('sleep 43.7')).toBeLessThan(3000);
  expect(await stateOf(two, 'deleted')).toBeUndefined();
});

test('commands end with their host, however it ends', async () => {
  const stopping = await start();
  await startCommand(stopping, 'stopping', '(setsid sleep 44.7 &); sleep 44.7');
  await stopping.stop();
  expect(livingWith('sleep 44.7')).toEqual([]);
  expect(await stateOf(two, 'stopping')).toBe('stopped');

  const killed = await start();
  await startCommand(killed, 'killed', '(setsid sleep 45.7 &); sleep 45.7');
  const turn = await play(killed, 'foreground', [
    { tool: 'shell', input: { command: 'echo up; sleep 45.7' } },
  ]);
  await turn.until('tool-output');
  turn.leave();
  await killed.kill();
  expect(await msUntilGone('sleep 45.7')).toBeLessThan(5000);
});
