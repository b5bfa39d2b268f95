import type { ServerResponse } from 'node:http';
import { expect, test } from 'vitest';
import { conversation, fakeHost, refuse } from '../__fixtures__/fake-host.ts';
import { runCommand } from '../__fixtures__/run-command.ts';

const workspace = {
  workspaceId: 'site',
  name: 'The site',
  defaultCwd: '/srv/site',
  defaultComputerId: null,
  defaultModel: null,
};
const command = {
  commandId: 'k1',
  conversationId: 'one',
  callId: 'a',
  command: 'npm run\nwatch',
  state: 'exited',
  exitCode: 3,
  startedAt: '2026-11-21T10:04:31.000Z',
};

test('workspaces are listed, made, changed and deleted', async () => {
  const { url, requests } = await fakeHost({
    answers: {
      'GET /workspaces': { workspaces: [workspace] },
      'POST /workspaces': workspace,
      'PATCH /workspaces/site': workspace,
      'DELETE /workspaces/site': 204,
    },
  });
  const run = (...args: string[]) => runCommand(['workspaces', ...args], { url, cwd: '/srv' });
  expect((await run()).stdout).toBe('site  The site  -  /srv/site  -\n');
  expect(JSON.parse((await run('list', '--json')).stdout)).toEqual(workspace);
  await run('create', 'The site', '--id', 'site', '--cwd', 'site', '-m', 'a/b');
  await run('create', 'Far', '--cwd', 'site', '--computer', 'box');
  await run('update', 'site', '--cwd', '', '--name', 'New');
  expect((await run('delete', 'site')).stdout).toBe('Deleted site; its conversations stay.\n');
  expect(requests.slice(2)).toEqual([
    'POST /workspaces {"defaultCwd":"/srv/site","defaultModel":"a/b","workspaceId":"site","name":"The site"}',
    'POST /workspaces {"defaultCwd":"site","defaultComputerId":"box","name":"Far"}',
    'PATCH /workspaces/site {"defaultCwd":null,"name":"New"}',
    'DELETE /workspaces/site',
  ]);
  expect(await run('update', 'site')).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('There is nothing to change.'),
  });
});

test('a workspace that is not there is a failure that names the way', async () => {
  const { url } = await fakeHost({
    answers: {
      'DELETE /workspaces/gone': (response: ServerResponse) =>
        refuse(response, 404, 'workspace-not-found'),
    },
  });
  const { exitCode, stderr } = await runCommand(['workspaces', 'delete', 'gone'], { url });
  expect(exitCode).toBe(1);
  expect(stderr).toContain('`dispatch workspaces` lists them.');
});

test('computers are listed, and a source that failed is told', async () => {
  const box = { computerId: 'box', host: '10.0.0.7', user: 'ada', port: 2222 };
  const { url } = await fakeHost({ answers: { 'GET /computers': { computers: [box] } } });
  expect(await runCommand(['computers'], { url })).toMatchObject({
    exitCode: 0,
    stdout: 'box  ada@10.0.0.7  2222\n',
  });
  const failures = [{ extension: 'ssh', message: 'There is no `ssh`.' }];
  const failing = await fakeHost({ answers: { 'GET /computers': { computers: [box], failures } } });
  expect(await runCommand(['computers', '--json'], { url: failing.url })).toMatchObject({
    exitCode: 1,
    stdout: `${JSON.stringify(box)}\n`,
    stderr: 'dispatch: ssh: There is no `ssh`.\n',
  });
});

test('commands in the background are listed, sent there, read and stopped', async () => {
  const bytes = Buffer.from([0x68, 0xff, 0x0a]);
  const { url, requests } = await fakeHost({
    conversations: [conversation({ conversationId: 'one' })],
    answers: {
      'GET /commands': { commands: [command] },
      'POST /commands': command,
      'GET /commands/k1/output': (response: ServerResponse) => response.writeHead(200).end(bytes),
      'POST /commands/k1/stop': 202,
    },
  });
  const run = (...args: string[]) => runCommand(['commands', ...args], { url });
  expect((await run()).stdout).toBe('k1  exited 3  2026-11-21 10:04:31  one  npm run watch\n');
  expect(JSON.parse((await run('list', 'one', '--json')).stdout)).toEqual(command);
  expect((await run('output', 'k1', '--offset', '2', '--json')).stdout).toBe(
    '{"commandId":"k1","offset":2,"length":3,"text":"h\ufffd\\n"}\n',
  );
  expect((await run('stop', 'k1')).stdout).toBe('Stopping k1.\n');
  expect((await run('background', 'on', 'call-1')).stdout).toBe('npm run watch goes on as k1.\n');
  expect(JSON.parse((await run('background', 'one', '--json')).stdout)).toEqual(command);
  expect(requests).toEqual([
    'GET /commands',
    'GET /conversations/one',
    'GET /commands?conversationId=one',
    'GET /commands/k1/output?offset=2',
    'POST /commands/k1/stop',
    'GET /conversations/on',
    'GET /conversations?limit=1000',
    'POST /commands {"conversationId":"one","callId":"call-1"}',
    'GET /conversations/one',
    'POST /commands {"conversationId":"one"}',
  ]);
});

test('a turn may name its workspace and its computer, whose folders are taken as they are', async () => {
  const { url, requests } = await fakeHost();
  const args = ['--workspace', 'site', '--computer', 'box', '--cwd', 'src'];
  await runCommand(['send', 'Hi', ...args], { url, cwd: '/srv' });
  const body = JSON.parse(requests[0]?.slice('POST /chat '.length) ?? '{}');
  expect(body).toMatchObject({ workspaceId: 'site', computerId: 'box', cwd: 'src' });
});
