import { contributedRoutes, httpRoutes } from '@dispatch/wire';
import { expect, test } from 'vitest';
import { startTransport } from '../__fixtures__/start-transport.ts';

test('it describes every route, and every reference leads somewhere', async () => {
  const { url } = await startTransport();
  const text = await (await fetch(`${url}/openapi.json`)).text();
  const { openapi, paths, components } = JSON.parse(text);
  expect(openapi).toBe('3.1.0');
  for (const { method, path, id } of httpRoutes) {
    const described = paths[path.replaceAll(/:(\w+)/g, '{$1}')][method.toLowerCase()];
    expect(described.operationId).toBe(id);
  }
  const references = [...text.matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name);
  expect(references.length).toBeGreaterThan(20);
  for (const name of references) expect(components.schemas).toHaveProperty(name ?? '');
  expect(paths['/conversations/{id}/messages'].get.parameters).toContainEqual({
    name: 'limit',
    in: 'query',
    required: false,
    schema: expect.objectContaining({ type: 'integer', minimum: 1, maximum: 1000 }),
  });
});

test('a route of the protocol is described as it is there, whoever contributes it', async () => {
  const routes = contributedRoutes.map(({ method, path }) => ({
    extension: 'many',
    value: { method, path, summary: 'Mine.', handle: async () => ({ status: 204 }) },
  }));
  const { url } = await startTransport({ routes });
  const text = await (await fetch(`${url}/openapi.json`)).text();
  const { paths, components } = JSON.parse(text);
  for (const { method, path, id } of contributedRoutes) {
    const described = paths[path.replaceAll(/:(\w+)/g, '{$1}')][method.toLowerCase()];
    expect(described.operationId).toBe(id);
  }
  expect(paths['/workspaces'].post.responses['201'].content['application/json'].schema).toEqual({
    $ref: '#/components/schemas/workspace',
  });
  for (const [, name] of text.matchAll(/"#\/components\/schemas\/(\w+)"/g)) {
    expect(components.schemas).toHaveProperty(name ?? '');
  }
});
