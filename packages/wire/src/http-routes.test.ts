import { expect, test } from 'vitest';
import { codes, turnCodes } from './codes.ts';
import { contributedRoutes } from './contributed-routes.ts';
import {
  bodyErrors,
  bytesErrors,
  commonErrors,
  type HttpRoute,
  httpRoutes,
} from './http-routes.ts';
import { httpSchemas } from './http-schemas.ts';
import { toJsonSchema } from './json-schema.ts';
import { problemOf, statusOf } from './problem.ts';

const routes: readonly HttpRoute[] = [...httpRoutes, ...contributedRoutes];

test('each route is there once, and its parameters are those of its path', () => {
  expect(new Set(routes.map(({ method, path }) => `${method} ${path}`)).size).toBe(routes.length);
  expect(new Set(routes.map(({ id }) => id)).size).toBe(routes.length);
  for (const { path, params } of routes) {
    const names = [...path.matchAll(/:(\w+)/g)].map((match) => match[1]);
    const declared = params === undefined ? {} : toJsonSchema(httpSchemas[params]).properties;
    expect(Object.keys(declared ?? {}), path).toEqual(names);
  }
});

test('every schema is used by a route or described beside them, and becomes JSON Schema', () => {
  const described = ['contentPart', 'chunk', 'storedChunk', 'turnEvent', 'problem'];
  const used = routes.flatMap(({ params, query, body, success }) => [
    params,
    query,
    body,
    success.body,
  ]);
  for (const [name, schema] of Object.entries(httpSchemas)) {
    expect([...used, ...described]).toContain(name);
    const jsonSchema = toJsonSchema(schema);
    expect(jsonSchema, name).not.toEqual({});
    expect(JSON.parse(JSON.stringify(jsonSchema))).toEqual(jsonSchema);
  }
});

test('a request is described as strict, an answer as open', () => {
  expect(toJsonSchema(httpSchemas.chatBody).additionalProperties).toBe(false);
  expect(toJsonSchema(httpSchemas.conversation).additionalProperties).toBeUndefined();
  expect(toJsonSchema(httpSchemas.messagesQuery).properties).toMatchObject({
    limit: { type: 'integer', minimum: 1, maximum: 1000, description: 'Default 500.' },
  });
});

test('codes are words in kebab case with the status of an error', () => {
  for (const [code, { status, title }] of Object.entries(codes)) {
    expect(code).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(title).not.toMatch(/\.$/);
  }
  const routeCodes = routes.flatMap(({ errors }) => errors);
  for (const code of [...routeCodes, ...commonErrors, ...bodyErrors, ...bytesErrors])
    expect(codes).toHaveProperty(code);
  expect(new Set(turnCodes).size).toBe(turnCodes.length);
});

test('a code outside the catalog is told as a fault of the host', () => {
  expect(problemOf('queue-full', 'Wait.')).toEqual({
    type: 'urn:dispatch:problem:queue-full',
    title: codes['queue-full'].title,
    status: 429,
    detail: 'Wait.',
    code: 'queue-full',
  });
  expect(problemOf('stale-epoch', 'x').code).toBe('internal');
  expect(statusOf('toString')).toBe(500);
});
