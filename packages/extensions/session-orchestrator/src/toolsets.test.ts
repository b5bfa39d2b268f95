import { defineTool, textResult } from '@dispatch/kernel';
import { expect, test } from 'vitest';
import { createToolsets } from './toolsets.ts';

const toolNamed = (name: string, effect: 'pure' | 'unsafe') => ({
  extension: 'e',
  value: defineTool({
    name,
    description: '',
    inputSchema: { type: 'object' },
    effect,
    parse: () => ({}),
    run: async () => textResult(''),
  }),
});
const tools = [toolNamed('read', 'pure'), toolNamed('shell', 'unsafe')];

test('turns that ask for the same share one toolset', () => {
  const offer = createToolsets(tools);
  const all = offer(undefined, undefined);
  expect([...all.tools.keys()]).toEqual(['read', 'shell']);
  expect(offer('act', {})).toBe(all);
  const one = offer('act', { only: ['read'] });
  expect(one.definitions.map(({ name }) => name)).toEqual(['read']);
  expect(offer('act', { only: ['read'] })).toBe(one);
  expect([...offer('act', { without: ['read'] }).tools.keys()]).toEqual(['shell']);
  expect([...offer('read-only', undefined).tools.keys()]).toEqual(['read']);
});

test('very many different selections are not all kept', () => {
  const offer = createToolsets(tools);
  const first = offer('act', { only: ['0'] });
  for (let index = 0; index < 32; index += 1) offer('act', { only: [`${index}`] });
  expect(offer('act', { only: ['0'] })).toBe(first);
  offer('act', { only: ['32'] });
  expect(offer('act', { only: ['0'] })).not.toBe(first);
});
