import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { editable, lineAt } from './editable-text.ts';

const raw = fc
  .array(fc.constantFrom('a', 'b', '\n', '\r\n', '\r', 'é', '😀'), { maxLength: 30 })
  .map((parts) => parts.join(''));

describe('editable', () => {
  it('gives back a text that is not edited as it was', () => {
    fc.assert(
      fc.property(raw, fc.boolean(), (text, hasMark) => {
        const file = (hasMark ? '\ufeff' : '') + text;
        expect(editable(file).apply([])).toBe(file);
        expect(editable(file).text).toBe(text.replaceAll('\r\n', '\n'));
      }),
    );
  });

  it('keeps all that is not edited, line ends one by one', () => {
    fc.assert(
      fc.property(raw, fc.nat(), fc.nat(), (text, one, other) => {
        const { text: seen, apply } = editable(text);
        const [start, end] = [one % (seen.length + 1), other % (seen.length + 1)].sort(
          (a, b) => a - b,
        );
        const made = apply([{ start: start ?? 0, end: end ?? 0, text: '#' }]);
        expect(made.replaceAll('\r\n', '\n')).toBe(`${seen.slice(0, start)}#${seen.slice(end)}`);
        const place = made.indexOf('#');
        expect(text.startsWith(made.slice(0, place))).toBe(true);
        expect(text.endsWith(made.slice(place + 1))).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  it('gives what is new the line ends that most of the file has', () => {
    const insert = (text: string) => editable(text).apply([{ start: 0, end: 0, text: 'x\r\ny\n' }]);
    expect(insert('a\r\nb\r\nc\n')).toBe('x\r\ny\r\na\r\nb\r\nc\n');
    expect(insert('a\nb\nc\r\n')).toBe('x\ny\na\nb\nc\r\n');
    expect(insert('\ufeffa')).toBe('\ufeffx\ny\na');
  });

  it('counts lines from 1', () => {
    expect([0, 1, 2, 3].map((place) => lineAt('a\nb', place))).toEqual([1, 1, 2, 2]);
  });
});
