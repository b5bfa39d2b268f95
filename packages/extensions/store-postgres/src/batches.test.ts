import { describe, expect, it } from 'vitest';
import { createBatches } from './batches.ts';

/** Calls of `<key>:<rest>`, answered when the test says so. */
function batches(options: { readonly maxAlone?: number; readonly leaveOut?: string } = {}) {
  const sent: { readonly calls: readonly string[]; answer(error?: Error): Promise<void> }[] = [];
  const send = (calls: readonly string[]): Promise<void> => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const answer = async (error?: Error) => {
      if (error === undefined) resolve();
      else reject(error);
      // Whatever follows from the answer has happened by then.
      await new Promise((done) => setImmediate(done));
    };
    sent.push({ calls, answer });
    return promise;
  };
  const make = createBatches<string, string>({
    maxAlone: options.maxAlone ?? 2,
    keyOf: (call) => call.split(':')[0] ?? '',
    one: async (call) => {
      await send([call]);
      return `${call} alone`;
    },
    many: async (calls) => {
      await send(calls);
      const made = calls.filter((call) => call !== options.leaveOut);
      return new Map(made.map((call) => [call.split(':')[0] ?? '', `${call} in a batch`]));
    },
  });
  return { make, sent };
}

const names = (count: number) => Array.from({ length: count }, (_, i) => `call${i}`);

describe('createBatches', () => {
  it('makes calls at once while few are under way', async () => {
    const { make, sent } = batches();
    const results = [make('a'), make('b'), make('c')];
    expect(sent.map(({ calls }) => calls)).toEqual([['a'], ['b']]);
    await sent[0]?.answer();
    expect(sent.map(({ calls }) => calls)).toEqual([['a'], ['b'], ['c']]);
    await Promise.all(sent.map(({ answer }) => answer()));
    expect(await Promise.all(results)).toEqual(['a alone', 'b alone', 'c alone']);
  });

  it('sends together what waited, and makes one by one what the batch left out', async () => {
    const { make, sent } = batches({ leaveOut: 'call4' });
    const results = names(12).map(make);
    await sent[0]?.answer();
    expect(sent[2]?.calls).toEqual(names(12).slice(2));
    await sent[2]?.answer();
    expect(sent[3]?.calls).toEqual(['call4']);
    await Promise.all([sent[1]?.answer(), sent[3]?.answer()]);
    const expected = names(12).map((call, i) =>
      i < 2 || i === 4 ? `${call} alone` : `${call} in a batch`,
    );
    expect(await Promise.all(results)).toEqual(expected);
  });

  it('makes all of a batch one by one where it fails', async () => {
    const { make, sent } = batches();
    const results = names(12).map(make);
    await sent[0]?.answer();
    await sent[2]?.answer(new Error('lost'));
    expect(sent.slice(3).map(({ calls }) => calls)).toEqual(
      names(12)
        .slice(2)
        .map((call) => [call]),
    );
    await Promise.all(sent.map(({ answer }) => answer()));
    expect(await Promise.all(results)).toEqual(names(12).map((call) => `${call} alone`));
  });

  it('never sends two calls of one key together, nor one batch beside another', async () => {
    const { make, sent } = batches({ maxAlone: 1 });
    const results = [make('first'), ...names(8).map(make), make('call3:again')];
    await sent[0]?.answer();
    expect(sent[1]?.calls).toEqual(names(8));
    // A call has room beside the batch.
    expect(sent[2]?.calls).toEqual(['call3:again']);
    const later = names(10).map((name) => make(`${name}:later`));
    await sent[2]?.answer();
    expect(sent[3]?.calls).toEqual(['call0:later']);
    await sent[1]?.answer();
    expect(sent[4]?.calls).toEqual(
      names(10)
        .slice(1)
        .map((name) => `${name}:later`),
    );
    await Promise.all(sent.map(({ answer }) => answer()));
    await Promise.all([...results, ...later]);
  });

  it('bounds a batch', async () => {
    const { make, sent } = batches({ maxAlone: 1 });
    const results = names(100).map(make);
    await sent[0]?.answer();
    expect(sent[1]?.calls).toHaveLength(64);
    for (let i = 1; i < sent.length; i += 1) await sent[i]?.answer();
    expect(await Promise.all(results)).toHaveLength(100);
  });

  it('rejects the one call that fails, and goes on', async () => {
    const { make, sent } = batches({ maxAlone: 1 });
    const failed = make('a');
    const next = make('b');
    const outcome = expect(failed).rejects.toThrow('broken');
    await sent[0]?.answer(new Error('broken'));
    await outcome;
    await sent[1]?.answer();
    expect(await next).toBe('b alone');
  });
});
