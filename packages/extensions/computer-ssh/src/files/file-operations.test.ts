import { describe, expect, it } from 'vitest';
import { parseFolder, parseStat } from './file-operations.ts';

describe('parseFolder', () => {
  const bytes = Buffer.from('./f\0./d\0./d\0./l\0./l\0./l\0./o\0./o\0./o\0./o\0');

  it('reads a kind from how often a name stands there', () => {
    const { entries, isCut } = parseFolder(bytes, 4);
    expect(entries.map(({ name, kind }) => `${name} ${kind}`)).toEqual([
      'f file',
      'd folder',
      'l link',
      'o other',
    ]);
    expect(isCut).toBe(false);
  });

  it('is cut at the limit', () => {
    expect(parseFolder(bytes, 3)).toMatchObject({ entries: { length: 3 }, isCut: true });
    expect(parseFolder(bytes, 0)).toEqual({ entries: [], isCut: true });
    expect(parseFolder(Buffer.alloc(0), 0)).toEqual({ entries: [], isCut: false });
  });
});

it('parseStat reads a mode in hexadecimal digits', () => {
  expect(parseStat('81a4 12 7-a b-c d')).toEqual({
    kind: 'file',
    size: 12,
    version: '12 7-a b-c d',
  });
  expect(parseStat('41ed 1 v').kind).toBe('folder');
  expect(parseStat('a1ff 1 v').kind).toBe('link');
  expect(parseStat('21b6 0 v').kind).toBe('other');
});
