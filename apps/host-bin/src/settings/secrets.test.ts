import { expect, test } from 'vitest';
import { shellEnvironment } from '../extensions/shell-environment.ts';
import { resolveSettings } from './resolve-settings.ts';
import { collectSecrets } from './secrets.ts';

const variables = {
  OPENAI_API_KEY: 'key-1',
  GITHUB_TOKEN: 'token-1',
  AWS_SECRET: 'secret-1',
  DB_PASSWORD: 'password-1',
  NAMED: 'named-1',
  PLAIN: 'plain-1',
  TOKEN_PLAIN: 'plain-2',
  EMPTY_KEY: '',
  DATABASE_URL: 'postgres://me:p%40ss@db/x',
};
const { settings } = resolveSettings({
  flags: new Map([['database', 'postgres://me@db/x?password=other']]),
  environment: { DISPATCH_REDACT: 'NAMED,ABSENT', DISPATCH_TOKEN: 'a-token-of-16-chars' },
});

test('what is named for it never leaves the host', () => {
  expect([...collectSecrets(settings, variables)].sort()).toEqual(
    [
      'a-token-of-16-chars',
      'key-1',
      'named-1',
      'other',
      'p%40ss',
      'p@ss',
      'password-1',
      'secret-1',
      'token-1',
    ].sort(),
  );
});

test('a shell sees what programs need, and no secret', () => {
  const environment = {
    ...variables,
    PATH: '/bin',
    HOME: '/home/secret-1',
    LC_ALL: 'C',
    LANG: 'C',
    LC_KEY: 'x',
  };
  expect(shellEnvironment(environment, ['secret-1'])).toEqual({
    PATH: '/bin',
    LC_ALL: 'C',
    LANG: 'C',
  });
});
