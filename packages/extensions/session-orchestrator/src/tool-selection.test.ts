import { defineTool, textResult } from '@dispatch/kernel';
import { expect, test } from 'vitest';
import { selectTools } from './tool-selection.ts';

const tools = (
  [
    ['read_file', 'pure'],
    ['shell', 'unsafe'],
    ['web.search', 'pure'],
  ] as const
).map(([name, effect]) => ({
  extension: 'e',
  value: defineTool({
    name,
    description: '',
    inputSchema: { type: 'object' },
    effect,
    parse: () => ({}),
    run: async () => textResult(''),
  }),
}));

const names = (...rest: Parameters<typeof selectTools> extends [unknown, ...infer R] ? R : never) =>
  selectTools(tools, ...rest).map(({ name }) => name);

test('all tools are offered unless told otherwise', () => {
  expect(names(undefined, undefined)).toEqual(['read_file', 'shell', 'web.search']);
});

test('read-only offers pure tools alone', () => {
  expect(names('read-only', undefined)).toEqual(['read_file', 'web.search']);
});

test('only and without take names, with * for any characters and nothing else special', () => {
  expect(names('act', { only: ['*e*'] })).toEqual(['read_file', 'shell', 'web.search']);
  expect(names('act', { only: ['web.*'] })).toEqual(['web.search']);
  expect(names('act', { only: ['webxsearch'] })).toEqual([]);
  expect(names('act', { only: ['*'], without: ['s*'] })).toEqual(['read_file', 'web.search']);
});
