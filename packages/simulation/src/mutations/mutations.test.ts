import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { regressions } from '../regressions.ts';
import { applyMutation, editsOf } from './mutation.ts';
import { mutations } from './mutations.ts';
import { runMutated } from './run-mutated.ts';

const root = new URL('../../../../', import.meta.url);

describe('mutations', () => {
  it.each(mutations)('$name stands in its sources, once', (mutation) => {
    for (const { file } of editsOf(mutation)) {
      const source = readFileSync(new URL(file, root), 'utf8');
      expect(applyMutation(source, mutation, file)).not.toBe(source);
    }
  });

  it('have names of their own', () => {
    expect(new Set(mutations.map(({ name }) => name)).size).toBe(mutations.length);
  });

  it('are those that regressions name', () => {
    const names = new Set(mutations.map(({ name }) => name));
    const unknown = regressions.flatMap(({ mutation = '' }) =>
      mutation === '' || names.has(mutation) ? [] : [mutation],
    );
    expect(unknown).toEqual([]);
  });

  it('are refused where their text is gone, or stands there twice', () => {
    const mutation = { name: 'a', about: '', file: 'a.ts', find: 'x', replace: 'y' };
    expect(() => applyMutation('z', mutation)).toThrow('stands 0 times in a.ts');
    expect(() => applyMutation('x x', mutation)).toThrow('stands 2 times in a.ts');
  });
});

describe('histories with a mutation', () => {
  const few = { histories: 25, maxFailed: 1 };

  it.each(['seal-drops-queue', 'event-lost-at-batch-end'])('find %s', async (mutation) => {
    const [failure] = await runMutated({ ...few, mutation });
    expect(failure?.rule).toMatch(/^(acknowledged-message-kept|stream:number-gap)$/);
  });

  it('begin where they are told to', async () => {
    const later = { from: 1000, histories: 5, maxFailed: 1, mutation: 'claim-keeps-epoch' };
    const [failure] = await runMutated(later);
    expect(failure?.seed).toBeGreaterThanOrEqual(1000);
  });

  it('are not run with one that nobody knows', async () => {
    await expect(runMutated({ ...few, mutation: 'nonsense' })).rejects.toThrow(
      'There is no mutation nonsense.',
    );
  });
});
