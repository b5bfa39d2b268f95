import { type Extension, isCodedError } from '@dispatch/contracts';
import { expect, test } from 'vitest';
import { plainExtension } from '../__fixtures__/plain-extension.ts';
import { checkExtensions } from './check-extensions.ts';

const store = plainExtension({ name: 'memory', provides: ['store'] });

const mistyped = { ...plainExtension({ name: 'b' }), needs: ['databse'] };

const cases: readonly {
  readonly code: string;
  readonly list: readonly unknown[];
  readonly options?: Readonly<Record<string, unknown>>;
  readonly says: readonly string[];
}[] = [
  { code: 'duplicate-extension', list: [store, store], says: ['memory'] },
  {
    code: 'duplicate-provider',
    list: [store, plainExtension({ name: 'other', provides: ['store'] })],
    says: ['memory', 'other', 'store'],
  },
  {
    code: 'duplicate-provider',
    list: [plainExtension({ name: 'mine', provides: ['inventory'] })],
    says: ['@dispatch/host', 'mine'],
  },
  {
    code: 'missing-provider',
    list: [store, plainExtension({ name: 'http', needs: ['conversations'] })],
    says: ['http', 'conversations', '@dispatch/session-orchestrator'],
  },
  {
    code: 'api-version-mismatch',
    list: [plainExtension({ name: 'old', apiVersion: 7 })],
    says: ['old', '7'],
  },
  { code: 'contract-unknown', list: [mistyped], says: ['databse', 'Did you mean `database`'] },
  {
    code: 'options-unclaimed',
    list: [store],
    options: { memroy: {} },
    says: ['memroy', 'Did you mean memory'],
  },
  {
    code: 'bad-options',
    list: [
      plainExtension({
        name: 'picky',
        checkOptions: (options) => {
          if (options !== undefined) throw new Error('`size` must be a number');
        },
      }),
    ],
    options: { picky: {} },
    says: ['picky', '`size` must be a number'],
  },
];

test.each(cases)('$code: $says', ({ code, list, options = {}, says }) => {
  let thrown: unknown;
  try {
    checkExtensions(list.filter(isExtension), options);
  } catch (error) {
    thrown = error;
  }
  if (!isCodedError(thrown)) throw new Error('it should have failed');
  expect(thrown.code).toBe(code);
  for (const words of says) expect(`${thrown.message} ${thrown.hint}`).toContain(words);
});

test('a list that fits passes', () => {
  const http = plainExtension({ name: 'http', needs: ['store', 'inventory', 'tool', 'blobs?'] });
  expect(() => checkExtensions([http, store], { http: { port: 1 } })).not.toThrow();
});

function isExtension(value: unknown): value is Extension {
  return typeof value === 'object' && value !== null && 'setup' in value;
}
