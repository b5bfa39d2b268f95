import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mapTexts, WellFormedText, wellFormedJson } from './well-formed.ts';

const ragged = fc.string({ unit: fc.constantFrom('a', '\ud83d', '\ude00', 'é') });

describe('WellFormedText', () => {
  it('gives what the whole text is, well-formed, in well-formed pieces', () => {
    fc.assert(
      fc.property(fc.array(ragged), (deltas) => {
        const text = new WellFormedText();
        const pieces = [...deltas.map((delta) => text.push(delta)), text.flush()];
        expect(pieces.every((piece) => piece.isWellFormed())).toBe(true);
        expect(pieces.join('')).toBe(deltas.join('').toWellFormed());
      }),
    );
  });
});

describe('wellFormedJson', () => {
  it('replaces lone surrogates and nothing else', () => {
    fc.assert(
      fc.property(
        fc.jsonValue({ stringUnit: fc.constantFrom('a', '\ud83d', '😀', '\u0000') }),
        (value) => {
          const clean = wellFormedJson(JSON.parse(JSON.stringify(value)));
          const expected = JSON.stringify(value).replace(/\\ud[89a-f][0-9a-f]{2}/g, '\ufffd');
          expect(JSON.stringify(clean)).toBe(expected);
        },
      ),
    );
  });

  it('gives the same object where there is none', () => {
    const value = { a: ['😀', { b: null }] };
    expect(wellFormedJson(value)).toBe(value);
  });
});

describe('mapTexts', () => {
  const hide = (text: string) => text.replaceAll('key', '***');

  it('reaches texts and JSON, keys included', () => {
    expect(mapTexts({ type: 'text', text: 'a key' }, hide)).toEqual({
      type: 'text',
      text: 'a ***',
    });
    const json = { type: 'json', value: { key: ['my key'] } } as const;
    expect(mapTexts(json, hide)).toEqual({ type: 'json', value: { '***': ['my ***'] } });
    const image = { type: 'image', mediaType: 'image/png', data: 'key' } as const;
    expect(mapTexts(image, hide)).toBe(image);
  });

  it('leaves the changed text where it is no JSON any more', () => {
    const part = mapTexts({ type: 'json', value: { a: 1 } }, () => '{"a":');
    expect(part).toEqual({ type: 'text', text: '{"a":' });
  });
});
