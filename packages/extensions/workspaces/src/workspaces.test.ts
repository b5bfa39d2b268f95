import { extensionConformance, memoryStore } from '@dispatch/conformance';
import { expect, test } from 'vitest';
import { computersNamed, serveRoutes } from './__fixtures__/served-routes.ts';
import extension, { maxWorkspaces } from './index.ts';

extensionConformance('workspaces', extension, () => ({
  needed: { records: memoryStore().records, computer: [computersNamed()] },
}));

const unset = { defaultCwd: null, defaultComputerId: null, defaultModel: null };

test('a workspace is made, read, changed, listed and deleted', async () => {
  const { request, workspaces } = await serveRoutes({ computers: ['box'] });
  const made = await request('POST', '/workspaces', {
    workspaceId: 'site',
    name: 'The site',
    defaultCwd: '/srv/site',
    defaultComputerId: 'box',
  });
  const told = { ...unset, workspaceId: 'site', name: 'The site', defaultCwd: '/srv/site' };
  expect(made).toEqual({ status: 201, json: { ...told, defaultComputerId: 'box' } });
  const change = { defaultComputerId: null, defaultModel: 'openai/x' };
  expect(await request('PATCH', '/workspaces/site', change)).toEqual({
    status: 200,
    json: { ...told, defaultModel: 'openai/x' },
  });
  expect(await request('GET', '/workspaces/site')).toMatchObject({ status: 200 });
  expect(await workspaces.get('site')).toEqual({
    workspaceId: 'site',
    name: 'The site',
    defaultCwd: '/srv/site',
    defaultModel: 'openai/x',
  });
  expect(await request('GET', '/workspaces')).toEqual({
    status: 200,
    json: { workspaces: [{ ...told, defaultModel: 'openai/x' }] },
  });
  expect(await request('DELETE', '/workspaces/site')).toEqual({ status: 204 });
  expect(await workspaces.get('site')).toBeUndefined();
  expect(await request('GET', '/workspaces')).toEqual({ status: 200, json: { workspaces: [] } });
});

test('an id is minted where none is chosen, and the oldest is listed first', async () => {
  const { request } = await serveRoutes();
  const names = ['one', 'two', 'three'];
  for (const name of names) await request('POST', '/workspaces', { name });
  const { json } = await request('GET', '/workspaces');
  expect(json).toMatchObject({ workspaces: names.map((name) => ({ ...unset, name })) });
});

test('what is not there is not found, whatever its id looks like', async () => {
  const { request, workspaces } = await serveRoutes();
  for (const id of ['gone', 'a b', '\0', 'x'.repeat(65), '']) {
    for (const method of ['GET', 'DELETE'] as const) {
      expect(await request(method, `/workspaces/${id}`)).toMatchObject({
        code: 'workspace-not-found',
      });
    }
    const patched = await request('PATCH', `/workspaces/${id}`, { name: 'n' });
    expect(patched).toMatchObject({ code: 'workspace-not-found' });
    expect(await workspaces.get(id)).toBeUndefined();
  }
});

test.each([
  [{}, ['name']],
  [{ name: '' }, ['name']],
  [{ name: 'n', colour: 'red' }, ['colour']],
  [{ name: 'n', workspaceId: 'a b' }, ['workspaceId']],
  [{ name: 'n', defaultCwd: '/a\0' }, ['defaultCwd']],
  [{ name: 'n', defaultCwd: 'srv' }, 'defaultCwd: it has to be an absolute path.'],
  [
    { name: 'n', defaultComputerId: 'box' },
    'defaultComputerId: This host knows no computer "box".',
  ],
])('%j is refused, by its field', async (body, named) => {
  const { request } = await serveRoutes();
  expect(await request('POST', '/workspaces', body)).toEqual({
    code: 'invalid-input',
    json: named,
  });
});

test('a change is checked as a new one is, and its id stays', async () => {
  const { request } = await serveRoutes();
  await request('POST', '/workspaces', { workspaceId: 'w', name: 'n' });
  for (const change of [
    { workspaceId: 'v' },
    { name: null },
    { defaultCwd: 'srv' },
    { defaultComputerId: 'box' },
  ]) {
    expect(await request('PATCH', '/workspaces/w', change)).toMatchObject({
      code: 'invalid-input',
    });
  }
  const { json } = await request('GET', '/workspaces/w');
  expect(json).toEqual({ ...unset, workspaceId: 'w', name: 'n' });
});

test('the same one made twice is one, and another is not put in its place', async () => {
  const { request } = await serveRoutes();
  const body = { workspaceId: 'w', name: 'n', defaultModel: 'a/b' };
  expect(await request('POST', '/workspaces', body)).toMatchObject({ status: 201 });
  expect(await request('POST', '/workspaces', body)).toMatchObject({ status: 201 });
  const other = await request('POST', '/workspaces', { ...body, name: 'other' });
  expect(other).toMatchObject({ code: 'invalid-input' });
  expect(await request('GET', '/workspaces/w')).toMatchObject({ json: body });
});

test('of changes at the same moment, through any host, none is lost', async () => {
  const { records } = memoryStore();
  const hosts = await Promise.all([serveRoutes({ records }), serveRoutes({ records })]);
  await hosts[0].request('POST', '/workspaces', { workspaceId: 'w', name: 'n' });
  const changes = [{ name: 'm' }, { defaultCwd: '/srv' }, { defaultModel: 'a/b' }];
  await Promise.all(
    changes.flatMap((change) =>
      hosts.map((host) => host.request('PATCH', '/workspaces/w', change)),
    ),
  );
  const { json } = await hosts[1].request('GET', '/workspaces/w');
  expect(json).toMatchObject({ name: 'm', defaultCwd: '/srv', defaultModel: 'a/b' });
});

test('one more than the most is refused, until one is deleted', async () => {
  const { request } = await serveRoutes();
  for (let count = 0; count < maxWorkspaces; count += 1) {
    await request('POST', '/workspaces', { workspaceId: `w${count}`, name: 'n' });
  }
  expect(await request('POST', '/workspaces', { name: 'n' })).toMatchObject({
    code: 'invalid-input',
    json: expect.stringContaining('delete one first'),
  });
  await request('DELETE', '/workspaces/w0');
  expect(await request('POST', '/workspaces', { name: 'n' })).toMatchObject({ status: 201 });
});

test('a lone surrogate is not kept', async () => {
  const { request } = await serveRoutes();
  const { json } = await request('POST', '/workspaces', { workspaceId: 'w', name: 'a\ud800' });
  expect(json).toMatchObject({ name: 'a\ufffd' });
});
