import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createBodyChain, readBody } from './body-chain.ts';
import { fnvAdd, fnvDigest, fnvStart } from './fnv.ts';
import type { SpanBody } from './logging.ts';

const wellFormed = fc.string({ unit: 'grapheme' });

/** The slow way, to compare with. */
function slowHash(text: string): string {
  let hash = 0xcbf29ce484222325n;
  for (const byte of Buffer.from(text)) {
    hash = ((hash ^ BigInt(byte)) * 0x100000001b3n) & 0xffff_ffff_ffff_ffffn;
  }
  return hash.toString(16).padStart(16, '0');
}

describe('fnv', () => {
  it('is FNV-1a of 64 bits over UTF-8, in pieces as well as at once', () => {
    expect(fnvDigest(fnvAdd(fnvStart, 'a'))).toBe('af63dc4c8601ec8c');
    fc.assert(
      fc.property(wellFormed, fc.string({ unit: 'binary' }), (first, second) => {
        const pieces = fnvAdd(fnvAdd(fnvStart, first), second.toWellFormed());
        expect(fnvDigest(pieces)).toBe(slowHash(first + second.toWellFormed()));
        expect(pieces.bytes).toBe(Buffer.byteLength(first + second.toWellFormed()));
      }),
    );
  });
});

describe('createBodyChain', () => {
  const texts = new Map<string, string>();
  const read = (spanId: string, body: SpanBody) => {
    const text = readBody(body, (ref) => texts.get(ref) ?? '');
    texts.set(spanId, text);
    return text;
  };

  it('tells appended bodies as what they add', () => {
    const chain = createBodyChain();
    expect(chain.append('a', 'one\n')).toBe('one\n');
    const second = chain.append('b', 'zwöi\n');
    expect(second).toEqual({ ref: 'a', keep: 4, hash: slowHash('one\n'), rest: 'zwöi\n' });
    expect(chain.append('c', '')).toMatchObject({ ref: 'b', keep: 10, rest: '' });
  });

  it('tells segments from the first that differs', () => {
    const chain = createBodyChain();
    expect(chain.encode('a', ['{', 'x', '}'])).toBe('{x}');
    expect(chain.encode('b', ['{', 'x', 'y', '}'])).toMatchObject({
      ref: 'a',
      keep: 2,
      rest: 'y}',
    });
    expect(chain.encode('c', ['[', ']'])).toBe('[]');
  });

  it('gives back every body of a row, whatever it shares with the one before', () => {
    const row = fc.array(
      fc.array(fc.constantFrom('', 'a', 'bé', '😀', 'longer text'), { maxLength: 6 }),
    );
    fc.assert(
      fc.property(row, (bodies) => {
        const chain = createBodyChain();
        bodies.forEach((segments, index) => {
          const spanId = String(index);
          expect(read(spanId, chain.encode(spanId, segments))).toBe(segments.join(''));
        });
      }),
    );
  });

  it('refuses an earlier body that is another one', () => {
    const chain = createBodyChain();
    chain.append('a', 'some text');
    const body = chain.append('b', ' and more');
    expect(readBody(body, () => 'some text')).toBe('some text and more');
    expect(() => readBody(body, () => 'some tExt')).toThrow('span a');
    expect(() => readBody(body, () => 'some')).toThrow('span a');
  });
});
