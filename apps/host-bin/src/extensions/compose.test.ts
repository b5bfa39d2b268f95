import { defineExtension } from '@dispatch/contracts';
import { expect, test } from 'vitest';
import { resolveSettings } from '../settings/resolve-settings.ts';
import { compose } from './compose.ts';

const extension = (name: string, provides: readonly ('database' | 'transport')[] = []) =>
  defineExtension({
    name,
    version: '0.1.0',
    apiVersion: 1,
    provides,
    parseOptions: () => undefined,
    setup: (): Promise<never> => Promise.reject(new Error('not run')),
  });

const surroundings = {
  dataDir: '/d',
  journalFolder: '/d/journal',
  hostId: 'h',
  cwd: '/w',
  shellEnvironment: {},
  sshEnvironment: {},
};
const operator = { write: () => {}, say: () => {}, hasColors: false };
const loaded = [
  { extension: extension('@dispatch/postgres-embedded', ['database']), options: undefined },
  {
    extension: extension('@dispatch/transport-http', ['transport']),
    options: { port: 1, bind: '127.0.0.2', extra: true },
  },
  { extension: extension('./mine.ts'), options: { loud: true } },
];

const composeWith = (environment: Readonly<Record<string, string>>) =>
  compose(loaded, resolveSettings({ flags: new Map(), environment }), surroundings, operator);

test('an entry’s own options go over defaults and under variables', () => {
  const { extensions, options } = composeWith({ DISPATCH_PORT: '7' });
  expect(options).toEqual({
    '@dispatch/postgres-embedded': { dataDir: '/d' },
    '@dispatch/transport-http': { port: 7, bind: '127.0.0.2', hosts: [], origins: [], extra: true },
    './mine.ts': { loud: true },
  });
  expect(extensions.map(({ name }) => name)).toEqual([
    '@dispatch/host-bin/console',
    '@dispatch/postgres-embedded',
    '@dispatch/transport-http',
    './mine.ts',
    '@dispatch/host-bin/notices',
  ]);
});

test('a database of one’s own takes the place of the embedded one', () => {
  const { extensions, options } = composeWith({ DATABASE_URL: 'postgres://h/d' });
  expect(extensions.map(({ name }) => name)).toContain('@dispatch/host-bin/database');
  expect(extensions.map(({ name }) => name)).not.toContain('@dispatch/postgres-embedded');
  expect(options).not.toHaveProperty('@dispatch/postgres-embedded');
});

test('the parts of `retention` go where they belong, under an entry’s own options', () => {
  const config = {
    path: '/w/dispatch.config.ts',
    values: {
      retention: {
        ...{ conversationsDays: 90, conversationsMb: 500, conversationsMax: 1000 },
        ...{ attachmentsMb: 10, forgetSeconds: 60, journalDays: 7, journalMb: 100 },
      },
    },
  };
  const { options } = compose(
    [
      { extension: extension('@dispatch/retention'), options: { attachmentsMb: 20 } },
      { extension: extension('@dispatch/sink-journal'), options: undefined },
    ],
    resolveSettings({ flags: new Map(), environment: {}, config }),
    surroundings,
    operator,
  );
  expect(options).toEqual({
    '@dispatch/retention': {
      ...{ conversationsDays: 90, conversationsMb: 500, conversationsMax: 1000, attachmentsMb: 20 },
      forgetSeconds: 60,
    },
    '@dispatch/sink-journal': { folder: '/d/journal', maxAgeDays: 7, maxTotalMb: 100 },
  });
});
