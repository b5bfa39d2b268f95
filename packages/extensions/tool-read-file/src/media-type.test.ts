import { describe, expect, it } from 'vitest';
import { sniff } from './media-type.ts';

describe('sniff', () => {
  it.each([
    ['89504e470d0a1a0a', 'image', 'image/png'],
    ['ffd8ffe000104a464946', 'image', 'image/jpeg'],
    ['474946383961', 'image', 'image/gif'],
    ['52494646aabbccdd57454250', 'image', 'image/webp'],
    ['52494646aa00ccdd57415645', 'binary', 'WAV audio'],
    ['1f8b0800', 'binary', 'gzip archive'],
    ['7f454c46', 'binary', 'ELF executable'],
    ['4f67675300', 'binary', 'Ogg media'],
    ['010200', 'binary', 'unknown binary format'],
  ])('%s is %s: %s', (hex, kind, name) => {
    const found = sniff(Buffer.from(hex, 'hex'));
    expect(found).toMatchObject({ kind });
    expect(Object.values(found)).toContain(name);
  });

  it.each(['', 'plain', 'OggS is how it begins', 'BZh', '\u00fcber'])('%j is text', (text) => {
    expect(sniff(Buffer.from(text))).toEqual({ kind: 'text' });
  });
});
