import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseArguments } from './parse-arguments.ts';
import { parseDotenv } from './parse-dotenv.ts';
import { resolveSettings, type SettingSources } from './resolve-settings.ts';
import { SettingsError } from './settings-error.ts';
import { settingKeys, settingsTable } from './settings-table.ts';

const sources = (parts: {
  argv?: readonly string[];
  environment?: Readonly<Record<string, string>>;
  dotenv?: string;
  config?: Readonly<Record<string, unknown>>;
}): SettingSources => ({
  flags: parseArguments(parts.argv ?? []).flags,
  environment: parts.environment ?? {},
  ...(parts.dotenv === undefined
    ? {}
    : { dotenv: { path: '/data/.env', values: parseDotenv(parts.dotenv, '/data/.env') } }),
  ...(parts.config === undefined
    ? {}
    : { config: { path: '/w/dispatch.config.ts', values: parts.config } }),
});

const resolve = (parts: Parameters<typeof sources>[0]) => resolveSettings(sources(parts)).settings;

const problemsOf = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    if (error instanceof SettingsError) return error.message;
    throw error;
  }
  throw new Error('it should have failed');
};

test('without sources there are the defaults', () => {
  const settings = resolve({});
  for (const key of settingKeys) expect(settings[key]).toEqual(settingsTable[key].default);
});

test('a flag goes over the environment, that over .env, that over the config file', () => {
  const config = { port: 1, bind: '127.0.0.4', maxSteps: 4, log: 'warn' };
  const dotenv = 'DISPATCH_PORT=2\nDISPATCH_BIND=127.0.0.3\nDISPATCH_MAX_STEPS=3';
  const environment = { DISPATCH_PORT: '3', DISPATCH_BIND: '127.0.0.2', OTHER: 'x' };
  const resolved = resolveSettings(
    sources({ config, dotenv, environment, argv: ['--port', '4', '--port=5'] }),
  );
  expect(resolved.settings).toMatchObject({
    port: 5,
    bind: '127.0.0.2',
    maxSteps: 3,
    log: 'warn',
    leaseMs: 10_000,
  });
  expect(
    (['port', 'bind', 'maxSteps', 'log', 'leaseMs'] as const).map((key) => resolved.sourceOf(key)),
  ).toEqual(['flag', 'environment', 'dotenv', 'config', 'default']);
});

test('lists, aliases and extensions', () => {
  const environment = {
    DISPATCH_RETRY_DELAYS_MS: '5, 10,10',
    DISPATCH_HOSTS: 'box.local:80,[::1]:9,other',
    DISPATCH_ORIGINS: 'https://box.local:8443',
    DISPATCH_REDACT: 'MY_VALUE,OTHER',
    OPENAI_API_KEY: '',
  };
  const config = {
    models: { fast: 'openai/x' },
    extensions: ['@dispatch/transport-http', ['./mine.ts', { loud: true }]],
  };
  expect(resolve({ environment, config })).toMatchObject({
    retryDelaysMs: [5, 10, 10],
    hosts: ['box.local:80', '[::1]:9', 'other'],
    redact: ['MY_VALUE', 'OTHER'],
    openaiApiKey: undefined,
    models: { fast: 'openai/x' },
    extensions: [
      { specifier: '@dispatch/transport-http', options: undefined },
      { specifier: './mine.ts', options: { loud: true } },
    ],
  });
});

describe('a bad value is named with its source, what was found and what was expected', () => {
  test.each([
    [
      { environment: { DISPATCH_PORT: 'abc' } },
      'DISPATCH_PORT from the environment: found "abc", expected a whole number from 0 to 65535',
    ],
    [{ argv: ['--port', '65536'] }, '--port from the command line: found "65536"'],
    [{ argv: ['--max-steps', '-1'] }, '--max-steps from the command line: found "-1"'],
    [
      { dotenv: '\nDISPATCH_LOG = loud' },
      'DISPATCH_LOG from /data/.env: found "loud", expected debug, info, warn or error',
    ],
    [
      { config: { approvals: 'never' } },
      'approvals from /w/dispatch.config.ts: found "never", expected ask, auto or deny',
    ],
    [{ config: { port: 1.5 } }, 'port from /w/dispatch.config.ts: found 1.5'],
    [{ config: { models: { fast: 1 } } }, 'models from /w/dispatch.config.ts: found {"fast":1}'],
    [{ environment: { DISPATCH_RETRY_DELAYS_MS: '5,x' } }, 'found "5,x", expected one or more'],
    [{ environment: { DISPATCH_RETRY_DELAYS_MS: ',' } }, 'found ",", expected one or more'],
    [{ environment: { DISPATCH_ORIGINS: 'https://a/b' } }, 'found "https://a/b", expected origins'],
    [{ environment: { OPENAI_BASE_URL: 'localhost:1' } }, 'found "localhost:1", expected an http'],
    [{ argv: ['--port'] }, '--port from the command line: found no value'],
    [{ argv: ['start'] }, 'argument 1 of the command line: found a word of 5 characters'],
  ])('%j', (parts, words) => {
    expect(problemsOf(() => resolve(parts))).toContain(words);
  });

  test('of a secret the length alone is told', () => {
    const environment = { DISPATCH_TOKEN: 'hunter2', OPENAI_API_KEY: 'hunter2 hunter2' };
    const said = problemsOf(() => resolve({ environment, argv: ['--database', 'http://hunter2'] }));
    expect(said).not.toContain('hunter2');
    expect(said).toContain(
      'DISPATCH_TOKEN from the environment: found a value of 7 characters, expected 16 to 256',
    );
    expect(said).toContain('OPENAI_API_KEY from the environment: found a value of 15 characters');
    expect(said).toContain(
      '--database from the command line: found a value of 14 characters, expected postgres://',
    );
  });

  test('an empty token is no token that was left out', () => {
    const said = problemsOf(() => resolve({ environment: { DISPATCH_TOKEN: '' } }));
    expect(said).toContain('found a value of 0 characters');
  });

  test('everything that is wrong is told at once', () => {
    const environment = { DISPATCH_PORT: 'x', DISPATCH_LOG: 'y' };
    expect(problemsOf(() => resolve({ environment })).split('\n')).toHaveLength(2);
  });
});

describe('an unknown name is told with the nearest known one', () => {
  test.each([
    [
      { environment: { DISPATCH_PROT: '1' } },
      'DISPATCH_PROT from the environment: there is no such setting; did you mean DISPATCH_PORT?',
    ],
    [
      { dotenv: 'DISPATCH_APROVALS=ask' },
      'DISPATCH_APROVALS from /data/.env: there is no such setting; did you mean DISPATCH_APPROVALS?',
    ],
    [
      { argv: ['--prot', '1'] },
      '--prot from the command line: there is no such flag; did you mean --port?',
    ],
    [
      { argv: ['--approval=auto'] },
      '--approval from the command line: there is no such flag; did you mean --approvals?',
    ],
    [
      { config: { maxstep: 1 } },
      'maxstep from /w/dispatch.config.ts: there is no such key; did you mean maxSteps?',
    ],
    [{ config: { zzzzzzzzzzzzzzzzzz: 1 } }, 'the known ones are port, bind'],
    [{ dotenv: 'DISPATCH_DATA_DIR=/x' }, 'is in the data folder and can not move it'],
  ])('%j', (parts, words) => {
    expect(problemsOf(() => resolve(parts))).toContain(words);
  });

  test('what belongs to the command line client passes', () => {
    expect(() => resolve({ environment: { DISPATCH_URL: 'http://x' } })).not.toThrow();
  });
});

test('any address but loopback needs a token', () => {
  const token = 'a'.repeat(16);
  for (const bind of ['127.0.0.1', '127.9.9.9', '::1', 'localhost']) {
    expect(resolve({ argv: ['--bind', bind] }).bind).toBe(bind);
  }
  for (const bind of ['0.0.0.0', '::', 'box.local']) {
    expect(problemsOf(() => resolve({ argv: ['--bind', bind] }))).toContain(
      `--bind from the command line: found "${bind}" and no DISPATCH_TOKEN`,
    );
    const environment = { DISPATCH_TOKEN: token };
    expect(resolve({ argv: ['--bind', bind], environment }).bind).toBe(bind);
  }
});

test('a token is good exactly where it has the form of WIRE.md section 6', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 300, unit: fc.constantFrom(...'aZ0._~-é /') }), (token) => {
      const isGood = /^[A-Za-z0-9._~-]{16,256}$/.test(token);
      let isTaken = true;
      try {
        resolve({ environment: { DISPATCH_TOKEN: token } });
      } catch {
        isTaken = false;
      }
      expect(isTaken).toBe(isGood);
    }),
  );
});

test.each([
  [{}, {}],
  [
    { conversationsDays: 0, journalMb: 1 },
    { conversationsDays: 0, journalMb: 1 },
  ],
])('retention may be %j', (retention, expected) => {
  expect(resolve({ config: { retention } }).retention).toEqual(expected);
});

test.each([
  7,
  [],
  { conversationDays: 7 },
  { conversationsDays: -1 },
  { journalDays: 0.5 },
  { journalMb: 0 },
])('retention can not be %j', (retention) => {
  const problems = problemsOf(() => resolve({ config: { retention } }));
  expect(problems).toContain('retention from /w/dispatch.config.ts');
  expect(problems).toContain('attachmentsDays');
});
