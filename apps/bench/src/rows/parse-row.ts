import { join } from 'node:path';
import { measureInChild, root, startServer } from '../processes.ts';
import { type Row, ratioResult } from '../row.ts';
import { median, spread } from '../statistics.ts';

export const upstreamArgs = [join(root, 'apps/bench/src/servers/upstream.ts')];

export const parse: Row = {
  name: 'parse',
  what: 'provider-openai-compatible reading 10,000 chunks from a socket',
  async measure(repetitions, tell) {
    const upstream = await startServer(upstreamArgs);
    const samples: Record<'raw' | 'ours', number[]> = { raw: [], ours: [] };
    const url = `${upstream.url}/v1`;
    for (let round = 0; round < repetitions; round += 1) {
      tell(`${round + 1} of ${repetitions}`);
      for (const who of ['raw', 'ours'] as const) {
        samples[who].push((await measureInChild<{ cpuMs: number }>('parse', { who, url })).cpuMs);
      }
    }
    await upstream.stop();
    const texts = {
      ours: `${spread(samples.ours)} ms CPU`,
      floor: `${spread(samples.raw)} ms CPU`,
    };
    const ratio = median(samples.ours) / median(samples.raw);
    return { samples, results: [ratioResult('parse', '10,000 chunks', texts, ratio, 1.3)] };
  },
};
