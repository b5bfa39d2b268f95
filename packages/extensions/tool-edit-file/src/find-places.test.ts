import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findPlaces } from './find-places.ts';

const line = fc.constantFrom('a', 'b', 'a b', '  a', '\ta', 'b  ', '', '    ', 'return a;', '}');
const lines = fc.array(line, { minLength: 1, maxLength: 14 });

/** The text with its places replaced. */
function replaced(
  text: string,
  edit: { old: string; new: string; all?: boolean },
): string | undefined {
  const found = findPlaces(text, edit);
  if (!found.ok) return undefined;
  let out = '';
  let at = 0;
  for (const { start, end, text: young } of found.spans) {
    out += text.slice(at, start) + young;
    at = end;
  }
  return out + text.slice(at);
}

describe('findPlaces', () => {
  it('takes one place alone, and never one of several', () => {
    fc.assert(
      fc.property(lines, lines, (textLines, oldLines) => {
        const text = textLines.join('\n');
        const old = oldLines.join('\n');
        fc.pre(old !== '');
        const exact = [...text].filter((_, at) => text.startsWith(old, at)).length;
        const alike = textLines.filter((_, first) =>
          oldLines.every((wanted, index) => textLines[first + index]?.trim() === wanted.trim()),
        ).length;
        const found = findPlaces(text, { old, new: 'x' });
        if (exact > 1) expect(found.ok).toBe(false);
        else if (exact === 1) {
          expect(found).toEqual({
            ok: true,
            isTolerant: false,
            spans: [{ start: text.indexOf(old), end: text.indexOf(old) + old.length, text: 'x' }],
          });
        } else if (found.ok) {
          expect(found.isTolerant).toBe(true);
          expect(found.spans).toHaveLength(1);
          // `old` may end in a line end, which is no line of its own.
          expect(alike).toBeLessThanOrEqual(old.endsWith('\n') ? alike : 1);
        }
      }),
      { numRuns: 3000 },
    );
  });

  it('replaces all that stand apart where all are meant', () => {
    fc.assert(
      fc.property(lines, fc.constantFrom('a', 'b', 'a b', '\n'), (textLines, old) => {
        const text = textLines.join('\n');
        fc.pre(text.includes(old));
        expect(replaced(text, { old, new: 'x', all: true })).toBe(text.replaceAll(old, 'x'));
      }),
    );
  });

  it('finds a block that was copied with other indentation, and indents what is new as the file does', () => {
    const block = fc.array(
      fc.record({
        depth: fc.integer({ min: 0, max: 3 }),
        word: fc.constantFrom('a();', 'b();', 'c {', '}'),
      }),
      { minLength: 1, maxLength: 6 },
    );
    const write = (
      entries: readonly { depth: number; word: string }[],
      unit: string,
      base: string,
    ) => entries.map(({ depth, word }) => base + unit.repeat(depth) + word).join('\n');
    fc.assert(
      fc.property(
        block,
        fc.constantFrom('', '  ', '\t', '    '),
        fc.constantFrom('', '  ', '\t\t'),
        fc.constantFrom('', ' ', '\t '),
        (entries, base, copiedBase, trailing) => {
          const text = `start\n${write(entries, '  ', base)}\nend\n`;
          const copied = write(entries, '  ', copiedBase).replaceAll('\n', `${trailing}\n`);
          const young = [...entries, { depth: entries[0]?.depth ?? 0, word: 'new();' }];
          const result = replaced(text, { old: copied, new: write(young, '  ', copiedBase) });
          if (text.includes(copied)) return;
          expect(result).toBe(`start\n${write(young, '  ', base)}\nend\n`);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('turns spaces into the tabs of the file', () => {
    const text = 'f() {\n\tif (a) {\n\t\tb();\n\t}\n}\n';
    const edit = { old: '  if (a) {\n    b();\n  }', new: '  if (a) {\n    b();\n    c();\n  }' };
    expect(replaced(text, edit)).toBe('f() {\n\tif (a) {\n\t\tb();\n\t\tc();\n\t}\n}\n');
  });

  it('keeps the line that has no end without one', () => {
    expect(replaced('a\n  b', { old: 'b \n', new: 'c\n' })).toBe('a\n  c');
    expect(replaced('a\n  b\nd', { old: 'b \n', new: 'c\n' })).toBe('a\n  c\nd');
  });

  it('names the places of a text that stands in several, those in one another too', () => {
    expect(findPlaces('x\na\ny\na\n', { old: 'a', new: 'b' })).toEqual({
      ok: false,
      message: expect.stringMatching(/2 places \(lines 2, 4\).*all: true/),
    });
    expect(findPlaces('aaa', { old: 'aa', new: 'b' }).ok).toBe(false);
    expect(findPlaces(' a\n  a\n', { old: '\ta', new: 'b' })).toEqual({
      ok: false,
      message: expect.stringMatching(/2 places, but for indentation.*lines 1, 2/),
    });
    expect(findPlaces('a\n'.repeat(50), { old: 'a', new: 'b' })).toEqual({
      ok: false,
      message: expect.stringContaining('more than 10 places'),
    });
  });

  it('refuses lines whose indentation differs in more ways than one', () => {
    expect(findPlaces('  a\n      b\n', { old: 'a\nb', new: 'c' })).toEqual({
      ok: false,
      message: expect.stringMatching(/at line 1, but indented otherwise/),
    });
  });

  it('shows the nearest lines of a text that is nowhere, with their numbers', () => {
    const text =
      'import a\n\nfunction first() {\n  return compute(1);\n}\n\nfunction second() {\n  return compute(2);\n}\n';
    const near = findPlaces(text, {
      old: 'function second() {\n  return compute(3);\n}',
      new: 'x',
    });
    expect(near).toEqual({
      ok: false,
      message: expect.stringMatching(/\n7\tfunction second\(\) \{\n8\t {2}return compute\(2\);\n/),
    });
    const alike = findPlaces(text, { old: 'functoin first() {', new: 'x' });
    expect(alike).toEqual({
      ok: false,
      message: expect.stringContaining('\n3\tfunction first() {'),
    });
    expect(findPlaces(text, { old: '@@@@@@@@', new: 'x' })).toEqual({
      ok: false,
      message: expect.stringContaining('read_file'),
    });
  });

  it('says where an edit seems to have been made already', () => {
    expect(findPlaces('one\nnew text\n', { old: 'old text', new: 'new text' })).toEqual({
      ok: false,
      message: expect.stringMatching(/`new` is, at line 2/),
    });
  });

  it('looks through a large file soon', () => {
    const text = Array.from({ length: 200_000 }, (_, index) => `line number ${index}`).join('\n');
    expect(findPlaces(text, { old: 'line nmuber 100\nline nmuber 101', new: 'x' }).ok).toBe(false);
  });
});
