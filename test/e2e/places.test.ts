import { afterAll, beforeAll, expect, test } from 'vitest';
import { type HostProcess, startHost, temporaryDataDir } from './host-process.ts';
import { chat, request, type SeenEvent } from './http.ts';

const data = temporaryDataDir();
let host: HostProcess;

beforeAll(async () => {
  host = await startHost({ dataDir: data.dataDir, args: ['--approvals', 'auto'] });
});

afterAll(async () => {
  await host.stop();
  data.remove();
});

const call = (method: string, path: string, body?: unknown) =>
  request(host.url + path, method, body);

const unset = { defaultCwd: null, defaultComputerId: null, defaultModel: null };

test('a workspace is made, read, changed and deleted, and outlives its host', async () => {
  const made = await call('POST', '/workspaces', {
    workspaceId: 'site',
    name: 'The site',
    defaultCwd: '/tmp',
  });
  const site = { ...unset, workspaceId: 'site', name: 'The site', defaultCwd: '/tmp' };
  expect(made).toMatchObject({ status: 201, body: site });
  const minted = await call('POST', '/workspaces', { name: 'Minted' });
  expect(minted).toMatchObject({ status: 201, body: { ...unset, name: 'Minted' } });
  const patched = await call('PATCH', '/workspaces/site', {
    defaultCwd: null,
    defaultModel: 'scripted/echo',
  });
  const changed = { ...site, defaultCwd: null, defaultModel: 'scripted/echo' };
  expect(patched).toMatchObject({ status: 200, body: changed });
  await host.stop();
  host = await startHost({ dataDir: data.dataDir, args: ['--approvals', 'auto'] });
  expect(await call('GET', '/workspaces/site')).toMatchObject({ status: 200, body: changed });
  const { body } = await call('GET', '/workspaces');
  expect(body.workspaces).toHaveLength(2);
  expect(await call('DELETE', '/workspaces/site')).toMatchObject({ status: 204 });
  expect(await call('GET', '/workspaces/site')).toMatchObject({
    status: 404,
    body: { code: 'workspace-not-found' },
  });
});

test.each([
  ['POST', '/workspaces', { name: 'n', colour: 'red' }, 'colour'],
  ['POST', '/workspaces', { name: 'n', defaultCwd: 'here' }, 'defaultCwd'],
  ['POST', '/workspaces', { name: 'n', defaultComputerId: 'nowhere' }, 'defaultComputerId'],
  ['POST', '/workspaces', {}, 'name'],
  ['GET', '/workspaces?limit=3', undefined, 'limit'],
])('%s %s %j is refused by its field', async (method, path, body, field) => {
  const refused = await call(method, path, body);
  expect(refused).toMatchObject({ status: 400, body: { code: 'invalid-input' } });
  expect(refused.body.detail).toContain(field);
});

test('what a turn is not told otherwise it takes from its workspace, and once that is gone from the host', async () => {
  await call('POST', '/workspaces', {
    workspaceId: 'echoes',
    name: 'Echoes',
    defaultModel: 'scripted/echo',
  });
  const script = '[{"text":"played"}]';
  const said = async (body: object) => {
    const events = await (await chat(host.url, { message: script, ...body })).rest();
    const start = events.find(({ type }) => type === 'turn-start');
    const text = events.map(({ delta = '' }) => delta).join('');
    return [start?.model, text];
  };
  const conversationId = 'in-echoes';
  expect(await said({ conversationId, workspaceId: 'echoes' })).toEqual([
    'scripted/echo',
    `You said: ${script}`,
  ]);
  expect(await said({ conversationId, model: 'scripted/play' })).toEqual([
    'scripted/play',
    'played',
  ]);
  expect((await said({ conversationId }))[0]).toBe('scripted/echo');
  await call('DELETE', '/workspaces/echoes');
  expect(await said({ conversationId })).toEqual(['scripted/play', 'played']);
  const unknown = await call('POST', '/chat', { message: 'x', workspaceId: 'echoes' });
  expect(unknown).toMatchObject({ status: 404, body: { code: 'workspace-not-found' } });
});

test('computers are listed, and every route of places is described', async () => {
  const { status, body } = await call('GET', '/computers');
  expect([status, Array.isArray(body.computers)]).toEqual([200, true]);
  const openApi = await call('GET', '/openapi.json');
  const { paths } = openApi.body as { paths: Record<string, Record<string, unknown>> };
  expect(Object.keys(paths['/workspaces'] ?? {}).sort()).toEqual(['get', 'post']);
  expect(Object.keys(paths['/workspaces/{id}'] ?? {}).sort()).toEqual(['delete', 'get', 'patch']);
  expect(paths['/computers']?.get).toBeDefined();
});

async function resultOf(tool: string, input: unknown): Promise<SeenEvent | undefined> {
  const turn = await chat(host.url, { message: JSON.stringify([{ tool, input }]) });
  const events = await turn.rest();
  return events.find(({ type, name }) => type === 'tool-result' && name === tool);
}

test('a list of what is to be done comes back whole', async () => {
  const todos = [
    { content: 'Read', status: 'completed' },
    { content: 'Change', status: 'in_progress' },
    { content: 'Test', status: 'pending' },
  ];
  const result = await resultOf('todo_write', { todos });
  expect(result).toMatchObject({ isError: false });
  expect(result?.content).toEqual([{ type: 'json', value: { todos } }]);
  const bad = await resultOf('todo_write', { todos: [{ content: 'Read', status: 'done' }] });
  expect(bad).toMatchObject({ isError: true });
  expect(JSON.stringify(bad)).toContain('status');
});

test('a question is an error at once where nobody is asked', async () => {
  const result = await resultOf('ask_user', { questions: [{ question: 'Which?' }] });
  expect(result).toMatchObject({ isError: true });
});
