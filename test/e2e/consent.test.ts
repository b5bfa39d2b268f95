import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type HostProcess, startHost, temporaryDataDir } from './host-process.ts';
import { chat, request, type SeenEvent, stream } from './http.ts';

const data = temporaryDataDir();
/** The host's working folder, which holds its config file. */
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'dispatch-consent-')));
let host: HostProcess;

const start = () => startHost({ dataDir: data.dataDir, cwd: folder });

beforeAll(async () => {
  const rules = [
    { decision: 'deny', command: ['rm *'], reason: 'Nothing is removed here.' },
    { decision: 'allow', tool: 'shell', command: ['echo *', 'ls'] },
  ];
  writeFileSync(join(folder, 'dispatch.config.json'), JSON.stringify({ rules }));
  writeFileSync(join(folder, 'kept.txt'), 'kept\n');
  host = await start();
});

afterAll(async () => {
  await host.stop();
  data.remove();
  rmSync(folder, { recursive: true });
});

const call = (method: string, path: string, body?: unknown) =>
  request(host.url + path, method, body);

const shell = (command: string) => ({ tool: 'shell', input: { command } });
const script = (...steps: readonly object[]) =>
  JSON.stringify([...steps, { next: true }, { text: 'Done.' }]);
const find = (events: readonly SeenEvent[], type: string) =>
  events.filter((event) => event.type === type);
const idOf = (events: readonly SeenEvent[]) =>
  String(find(events, 'approval-request')[0]?.approvalId);

/** What the tool said, of a turn that asks nobody. */
async function resultOf(command: string): Promise<string> {
  const events = await (await chat(host.url, { message: script(shell(command)) })).rest();
  expect(find(events, 'approval-request')).toEqual([]);
  return JSON.stringify(find(events, 'tool-result')[0]?.content);
}

describe('rules of the configuration', () => {
  test('let commands run that they allow whole, and nothing that they deny', async () => {
    expect(await resultOf('echo one && echo "two; rm kept.txt"')).toContain('two; rm kept.txt');
    for (const command of [
      'rm kept.txt',
      'echo; rm kept.txt',
      'echo $(rm kept.txt)',
      'env rm kept.txt',
    ]) {
      expect(await resultOf(command)).toContain('Nothing is removed here.');
    }
    expect(await resultOf('ls')).toContain('kept.txt');
  });

  test('are explained, without running anything', async () => {
    const input = { command: 'echo a; rm kept.txt' };
    const { body } = await call('POST', '/rules/explain', { tool: 'shell', input });
    expect(body).toMatchObject({
      decision: 'deny',
      decidedBy: expect.stringMatching(/^rules\[0\] /),
    });
    expect(await resultOf('ls')).toContain('kept.txt');
  });
});

describe('a question', () => {
  test('outlives a host that is killed, and is answered on the next one', async () => {
    const conversationId = 'outlives';
    const asked = await chat(host.url, { conversationId, message: script(shell('cat kept.txt')) });
    const approvalId = idOf(await asked.until('approval-request'));
    await host.kill();
    host = await start();
    const { body } = await call('GET', `/conversations/${conversationId}/approvals`);
    expect(body.approvals).toMatchObject([
      { type: 'approval-request', approvalId, conversationId },
    ]);
    expect(await call('GET', `/conversations/${conversationId}`)).toMatchObject({
      body: { status: expect.stringMatching(/^(running|waiting)$/) },
    });
    // Before the answer: a turn that is over is followed no more.
    const followed = await stream(`${host.url}/conversations/${conversationId}/events`);
    const replies = await Promise.all(
      ['allow', 'deny', 'always'].map((decision) =>
        call('POST', `/approvals/${approvalId}`, { decision }),
      ),
    );
    expect(replies.map(({ status }) => status).toSorted()).toEqual([204, 409, 409]);
    const events = await followed.rest();
    expect(find(events, 'turn-sealed')).toHaveLength(1);
    const { body: history } = await call('GET', `/conversations/${conversationId}/messages`);
    const denied = replies[1]?.status === 204;
    expect(JSON.stringify(history).includes('kept\\n')).toBe(!denied);
  }, 60_000);

  test('that waits is put away, shown as waiting, and over when its turn is aborted', async () => {
    const conversationId = 'aborted';
    const asked = await chat(host.url, { conversationId, message: script(shell('pwd')) });
    const approvalId = idOf(await asked.until('approval-request'));
    await expect
      .poll(async () => (await call('GET', `/conversations/${conversationId}`)).body.status, {
        timeout: 10_000,
      })
      .toBe('waiting');
    expect(await call('POST', `/conversations/${conversationId}/abort`)).toMatchObject({
      status: 202,
    });
    await expect
      .poll(async () => (await call('GET', `/conversations/${conversationId}`)).body.status, {
        timeout: 10_000,
      })
      .toBe('idle');
    expect(await call('POST', `/approvals/${approvalId}`, { decision: 'allow' })).toMatchObject({
      status: 409,
      body: { code: 'already-resolved' },
    });
    expect((await call('GET', `/conversations/${conversationId}/approvals`)).body).toEqual({
      approvals: [],
    });
    asked.leave();
  }, 30_000);

  test('asks nobody for what leads out of the folder, and says how to get leave', async () => {
    const message = script({ tool: 'read_file', input: { path: '/etc/hosts' } });
    const events = await (await chat(host.url, { message })).rest();
    expect(find(events, 'approval-request')).toEqual([]);
    const [result] = find(events, 'tool-result');
    expect(result?.isError).toBe(true);
    expect(JSON.stringify(result)).toContain('request_access');
  });
});

test.each([
  ['GET', '/conversations/nobody/approvals', undefined, 404, 'conversation-not-found'],
  ['POST', '/approvals/nothing', { decision: 'allow' }, 404, 'approval-not-found'],
  ['POST', '/approvals/nothing', { decision: 'perhaps' }, 400, 'invalid-input'],
  ['DELETE', '/rules/nothing', undefined, 404, 'rule-not-found'],
  ['POST', '/rules/explain', { tool: 'nothing', input: {} }, 400, 'invalid-input'],
])('%s %s %j is refused', async (method, path, body, status, code) => {
  expect(await call(method, path, body)).toMatchObject({ status, body: { code } });
});
