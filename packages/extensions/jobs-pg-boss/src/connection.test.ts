import { expect, test } from 'vitest';
import { connectionOf } from './connection.ts';

test('a URL is taken as it is', () => {
  const url = 'postgres://ann:p%40ss@db.internal:6432/agents';
  expect(connectionOf({ url, isPrivate: false })).toEqual({ connectionString: url });
});

test('what a URL asks of TLS means what it means to PostgreSQL', () => {
  const url = 'postgres://db.internal/agents?sslmode=require';
  expect(connectionOf({ url, isPrivate: false })).toEqual({
    connectionString: `${url}&uselibpqcompat=true`,
  });
});

test('a socket is reached by its folder and number', () => {
  const url = 'postgres://ann:p%40ss@localhost/agents%201';
  const socketPath = '/srv/data/postgres/.s.PGSQL.5433';
  expect(connectionOf({ url, socketPath, isPrivate: true })).toEqual({
    host: '/srv/data/postgres',
    port: 5433,
    user: 'ann',
    password: 'p@ss',
    database: 'agents 1',
    ssl: false,
  });
});
