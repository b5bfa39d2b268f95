import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { capContent, isTooLarge, keptHandles } from './cap-result.ts';

const text = (value: string) => ({ type: 'text', text: value }) as const;
const image = (length: number) =>
  ({ type: 'image', mediaType: 'image/png', data: 'A'.repeat(length) }) as const;

describe('capContent', () => {
  it('keeps head and tail, and says what is missing and where it is', () => {
    const [part, ...rest] = capContent([text(`start${'x'.repeat(5000)}end`)], 400, 'blob-1');
    expect(rest).toEqual([]);
    const kept = part?.type === 'text' ? part.text : '';
    expect(kept).toMatch(/^startx+\n\[\.\.\. \d+ of 5008 bytes .* kept as blob-1\..*\]\nx+end$/);
  });

  it('stays within the limit, cuts no code point and counts what is missing', () => {
    const long = fc.array(fc.constantFrom('a', 'é', '€', '😀', 'words '), {
      minLength: 300,
      maxLength: 900,
    });
    fc.assert(
      fc.property(long, fc.integer({ min: 250, max: 900 }), (pieces, maxBytes) => {
        const whole = pieces.join('');
        fc.pre(isTooLarge([text(whole)], maxBytes));
        const [part] = capContent([text(whole)], maxBytes, undefined);
        const kept = part?.type === 'text' ? part.text : '';
        expect(Buffer.byteLength(kept)).toBeLessThanOrEqual(maxBytes);
        expect(kept.isWellFormed()).toBe(true);
        const [, head = '', missing, tail = ''] =
          /^(.*)\n\[\.\.\. (\d+) of \d+ bytes[^\]]*\]\n(.*)$/s.exec(kept) ?? [];
        expect(whole.startsWith(head)).toBe(true);
        expect(whole.endsWith(tail)).toBe(true);
        expect(Number(missing)).toBe(Buffer.byteLength(whole) - Buffer.byteLength(head + tail));
      }),
    );
  });

  it('counts bytes, not characters', () => {
    expect(isTooLarge([text('é'.repeat(50))], 100)).toBe(false);
    expect(isTooLarge([text('é'.repeat(51))], 100)).toBe(true);
    expect(isTooLarge([{ type: 'json', value: { a: 'x'.repeat(95) } }], 100)).toBe(true);
  });

  it('sends images as long as they are not too large together', () => {
    const small = image(3 * 1024 * 1024);
    expect(isTooLarge([small], 100)).toBe(false);
    expect(isTooLarge([small, small], 100)).toBe(true);
    const capped = capContent([text('two'), small, small], 100, 'blob-1');
    expect(capped.map((part) => part.type)).toEqual(['text', 'image', 'text']);
  });
});

it('the handles of capped texts and images are found, in JSON too', () => {
  const content = [
    ...capContent([text('x'.repeat(5000))], 400, 'blob-1'),
    ...capContent([image(6_000_000)], 400, 'blob-2'),
    ...capContent([text('x'.repeat(5000))], 400, undefined),
  ];
  expect(keptHandles(JSON.stringify(content))).toEqual(['blob-1', 'blob-2']);
  expect(keptHandles('The whole result is kept as')).toEqual([]);
});
