import { defineTool, textResult } from '@dispatch/kernel';
import { expect, test } from 'vitest';
import { createToolsets, type OfferTools } from './toolsets.ts';

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

const names = (...wanted: Parameters<OfferTools>) => [
  ...createToolsets(tools)(...wanted).tools.keys(),
];

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

test('turns that ask for the same share one toolset, and no others', () => {
  const offer = createToolsets(tools);
  expect(offer('act', {})).toBe(offer(undefined, undefined));
  expect(offer('act', { only: ['shell'] })).toBe(offer('act', { only: ['shell'] }));
  const all = [{}, { only: ['shell'] }, { without: ['shell'] }].map((one) => offer('act', one));
  expect(new Set([...all, offer('read-only', {})]).size).toBe(4);
});

test('very many different selections are not all kept', () => {
  const offer = createToolsets(tools);
  const first = offer('act', { only: ['0'] });
  for (let index = 0; index < 32; index += 1) offer('act', { only: [`${index}`] });
  expect(offer('act', { only: ['0'] })).toBe(first);
  offer('act', { only: ['32'] });
  expect(offer('act', { only: ['0'] })).not.toBe(first);
});
