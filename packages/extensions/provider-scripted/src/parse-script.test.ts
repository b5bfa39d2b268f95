import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseScript } from './parse-script.ts';
import { callsTool } from './script.ts';

const say = fc.record({ text: fc.string() });
const tool = fc.record(
  { tool: fc.string({ minLength: 1 }), input: fc.jsonValue() },
  { requiredKeys: ['tool'] },
);
const items = fc.array(fc.oneof(say, tool, fc.constant({ next: true }), fc.jsonValue()));

test('any array is a script whose steps but the last call tools, or an error that names an item', () => {
  fc.assert(
    fc.property(items, (script) => {
      const parsed = parseScript(JSON.stringify(script));
      if (parsed?.ok) {
        expect(parsed.steps.slice(0, -1).every(callsTool)).toBe(true);
        expect(parsed.steps.length).toBe(1 + script.filter((item) => isNext(item)).length);
      } else {
        const index = Number(/item (\d+) /.exec(parsed?.message ?? '')?.[1]);
        expect(index).toBeGreaterThan(0);
        expect(index).toBeLessThanOrEqual(script.length);
      }
    }),
  );
});

test('any text is read without a throw, and only JSON arrays as scripts', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      expect(parseScript(text) !== undefined).toBe(isArray(text));
    }),
  );
});

function isNext(item: unknown): boolean {
  return typeof item === 'object' && item !== null && 'next' in item && item.next === true;
}

function isArray(text: string): boolean {
  try {
    return Array.isArray(JSON.parse(text));
  } catch {
    return false;
  }
}
