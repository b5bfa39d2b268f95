import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { learnTemplate, readByTemplate } from './plain-delta.ts';

const text = fc.string({ unit: 'binary' });
const chunkOf = (content: string, rest: object = {}) =>
  JSON.stringify({ id: 'x', choices: [{ index: 0, delta: { content }, ...rest }], usage: null });
const learn = (json: string, delta: string) => learnTemplate(json, 'content', delta, 'text');

test('what differs in the delta alone is read as JSON.parse reads it', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), text, (first, second) => {
      const template = learn(chunkOf(first), first);
      if (template === undefined) throw new Error('nothing was learned');
      expect(readByTemplate(template, chunkOf(second))).toBe(
        second.toWellFormed() === second ? second : parsed(chunkOf(second)),
      );
    }),
  );
});

test('nothing is read that JSON.parse would refuse or read otherwise', () => {
  const template = learn(chunkOf('a'), 'a');
  if (template === undefined) throw new Error('nothing was learned');
  const middle = fc.string({
    unit: fc.constantFrom('a', '"', '\\', 'u', '0', '}', '{', '\n', '\t', ','),
  });
  fc.assert(
    fc.property(middle, (raw) => {
      const json = template.before + raw + template.after;
      const read = readByTemplate(template, json);
      if (read !== undefined) expect(read).toBe(parsed(json));
    }),
    { numRuns: 2000 },
  );
});

describe('nothing is learned', () => {
  test.each([
    ['a field that stands twice', '{"content":"a","delta":{"content":"a"}}'],
    ['a field that stands twice, once with a space', '{"content": "a","delta":{"content":"a"}}'],
    ['a field with a space', '{"delta":{"content": "a"}}'],
    ['escapes outside of the delta', '{"id":"\\u0041","delta":{"content":"a"}}'],
    ['another delta', '{"delta":{"content":"b"}}'],
    ['no such field', '{"delta":{"text":"a"}}'],
  ])('of %s', (_, json) => {
    expect(learn(json, 'a')).toBeUndefined();
  });
});

test('a text of another shape is not read', () => {
  const template = learn(chunkOf('a'), 'a');
  if (template === undefined) throw new Error('nothing was learned');
  expect(readByTemplate(template, chunkOf('a', { finish_reason: 'stop' }))).toBeUndefined();
  expect(readByTemplate(template, '')).toBeUndefined();
  expect(readByTemplate(template, template.before)).toBeUndefined();
});

function parsed(json: string): unknown {
  return JSON.parse(json).choices[0].delta.content;
}
