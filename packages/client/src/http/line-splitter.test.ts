import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createLineSplitter } from './line-splitter.ts';

test('lines come out whole, wherever their bytes are cut', () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: 'binary' }).map((text) => text.replaceAll('\n', ' '))),
      fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1 }),
      (lines, sizes) => {
        const bytes = new TextEncoder().encode(`${lines.join('\n')}\nrest`);
        const split = createLineSplitter();
        const found: string[] = [];
        for (let at = 0, index = 0; at < bytes.length; index += 1) {
          const size = sizes[index % sizes.length] ?? 1;
          found.push(...split(bytes.subarray(at, at + size)));
          at += size;
        }
        expect(found).toEqual(lines.length === 0 ? [''] : lines);
      },
    ),
  );
});
