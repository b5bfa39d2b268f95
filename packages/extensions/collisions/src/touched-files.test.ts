import { expect, it } from 'vitest';
import { TouchedFiles } from './touched-files.ts';

it('forgets the oldest where there are too many files', () => {
  const files = new TouchedFiles();
  for (let file = 0; file < 20_010; file++) {
    files.touch({ fileId: `${file}`, conversationId: 'a', area: 'whole' }, file, true);
  }
  expect(files.size).toBe(20_000);
  expect(files.touch({ fileId: '5', conversationId: 'b', area: 'whole' }, 1, true)).toEqual([]);
  expect(
    files.touch({ fileId: '20000', conversationId: 'b', area: 'whole' }, 1, true),
  ).toHaveLength(1);
});

it('forgets the oldest where too many conversations are in a file', () => {
  const files = new TouchedFiles();
  const touch = (id: number) =>
    files.touch({ fileId: 'f', conversationId: `c${id}`, area: 'whole' }, 0, true);
  for (let id = 0; id < 100; id++) touch(id);
  const neighbours = touch(100).map(({ conversationId }) => conversationId);
  expect(neighbours).toHaveLength(20);
  expect(neighbours.at(-1)).toBe('c99');
  expect(files.size).toBe(20);
});

it('tells of its own traces alone, the newest', () => {
  const files = new TouchedFiles();
  for (let id = 0; id < 5; id++) {
    files.touch({ fileId: `${id}`, conversationId: 'a', area: 'whole' }, id, id !== 4);
  }
  expect(files.own(2).map(({ fileId }) => fileId)).toEqual(['2', '3']);
});
