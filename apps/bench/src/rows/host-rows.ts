import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { temporaryDataDir } from '@dispatch/postgres-embedded';
import { cpuMs, measureInChild, root, type Server, startServer } from '../processes.ts';
import { type Result, type Row, ratioResult } from '../row.ts';
import { format, median, quantile, spread } from '../statistics.ts';
import { type Streamed, streamOnce } from '../stream-client.ts';
import { upstreamArgs } from './parse-row.ts';

type Kind = 'direct' | 'raw' | 'ours';
const kinds: readonly Kind[] = ['direct', 'raw', 'ours'];

/** Asks for `deltas` at a pace of `paceMs`, by whatever stands between. */
type Ask = (deltas: number, paceMs: number) => Promise<Streamed>;

interface Target {
  readonly ask: Ask;
  readonly pid: number;
}

/** One of the kinds, started; the host with its store, its journal and the upstream as its provider. */
async function withTarget<T>(kind: Kind, work: (target: Target) => Promise<T>): Promise<T> {
  const upstream = await startServer(upstreamArgs);
  const dataDir = temporaryDataDir(tmpdir());
  let host: Server = upstream;
  if (kind === 'raw') {
    host = await startServer([join(root, 'apps/bench/src/servers/raw-host.ts'), upstream.url]);
  } else if (kind === 'ours') {
    const bundle = join(root, 'apps/host-bin/dist/main.js');
    host = await startServer([bundle, '--port', '0', '--data', dataDir, '--log', 'error'], {
      environment: { OPENAI_BASE_URL: `${upstream.url}/v1`, OPENAI_API_KEY: 'bench' },
    });
  }
  const ask: Ask = (deltas, paceMs) => {
    const model = `n-${deltas}-p-${paceMs}`;
    if (kind === 'direct') {
      const body = { model, stream: true, messages: [{ role: 'user', content: 'go' }] };
      return streamOnce(`${host.url}/v1/chat/completions`, JSON.stringify(body), deltas);
    }
    const body = JSON.stringify({ message: 'go', model: `openai/${model}` });
    return streamOnce(`${host.url}/chat`, body, deltas);
  };
  try {
    return await work({ ask, pid: host.pid });
  } finally {
    if (host !== upstream) await host.stop();
    await upstream.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

/** Every kind in turn, `repetitions` times. */
async function inTurn<T>(
  repetitions: number,
  tell: (progress: string) => void,
  work: (target: Target) => Promise<T>,
): Promise<Record<Kind, T[]>> {
  const found: Record<Kind, T[]> = { direct: [], raw: [], ours: [] };
  for (let round = 0; round < repetitions; round += 1) {
    for (const kind of kinds) {
      tell(`${round + 1} of ${repetitions}, ${kind}`);
      found[kind].push(await withTarget(kind, work));
    }
  }
  return found;
}

export const firstDelta: Row = {
  name: 'first-delta',
  what: 'time to the first delta, added to asking the upstream directly',
  async measure(repetitions, tell) {
    const found = await inTurn(repetitions, tell, async ({ ask }) => {
      for (let count = 0; count < 150; count += 1) await ask(5, 0);
      const samples: number[] = [];
      for (let count = 0; count < 300; count += 1) samples.push((await ask(5, 0)).firstMs);
      return { medianMs: median(samples), p99Ms: quantile(samples, 0.99) };
    });
    const insert: number[] = [];
    for (let round = 0; round < repetitions; round += 1) {
      insert.push((await measureInChild<{ insertMs: number }>('insert')).insertMs);
    }
    const medians = (kind: Kind) => found[kind].map(({ medianMs }) => medianMs);
    const p99s = (kind: Kind) => found[kind].map(({ p99Ms }) => p99Ms);
    const direct = median(medians('direct'));
    const added = median(medians('ours')) - direct;
    const allowed = median(medians('raw')) - direct + median(insert) + 0.5;
    const results: Result[] = [
      {
        row: 'first-delta',
        figure: 'added, median',
        ours: `${format(added)} ms`,
        floor: `raw adds ${format(median(medians('raw')) - direct)} ms, an insert takes ${format(median(insert))} ms`,
        value: `${format(added)} ms`,
        bar: `at most ${format(allowed)} ms`,
        isMet: added <= allowed,
      },
      ratioResult(
        'first-delta',
        'p99',
        { ours: `${spread(p99s('ours'))} ms`, floor: `${spread(p99s('raw'))} ms` },
        median(p99s('ours')) / median(p99s('raw')),
        1.5,
      ),
    ];
    return { results, samples: { ...found, insert } };
  },
};

export const paced: Row = {
  name: 'paced',
  what: '100 streams of 200 deltas paced at 5 ms',
  async measure(repetitions, tell) {
    const found = await inTurn(repetitions, tell, async ({ ask, pid }) => {
      const together = (streams: number) =>
        Promise.all(Array.from({ length: streams }, () => ask(200, 5)));
      // Warm: what is compared is hosts that have been running.
      for (const streams of [20, 100]) await together(streams);
      const cpuBefore = cpuMs(pid);
      const startedAt = performance.now();
      const streams = await together(100);
      const wallMs = performance.now() - startedAt;
      const first = streams.map(({ firstMs }) => firstMs);
      return { wallMs, p99Ms: quantile(first, 0.99), cpuMs: cpuMs(pid) - cpuBefore };
    });
    const row = (figure: string, key: 'wallMs' | 'p99Ms' | 'cpuMs', atMost: number) => {
      const of = (kind: Kind) => found[kind].map((sample) => sample[key]);
      const texts = { ours: `${spread(of('ours'))} ms`, floor: `${spread(of('raw'))} ms` };
      return ratioResult('paced', figure, texts, median(of('ours')) / median(of('raw')), atMost);
    };
    return {
      samples: found,
      results: [
        row('all done', 'wallMs', 1.05),
        row('first delta, p99', 'p99Ms', 1.5),
        row('CPU of the host', 'cpuMs', 1.5),
      ],
    };
  },
};

export const unpaced: Row = {
  name: 'unpaced',
  what: '50 streams of 2,000 deltas, as fast as they come',
  async measure(repetitions, tell) {
    const found = await inTurn(repetitions, tell, async ({ ask }) => {
      let rate = 0;
      // The first round warms.
      for (let round = 0; round < 3; round += 1) {
        const startedAt = performance.now();
        await Promise.all(Array.from({ length: 50 }, () => ask(2000, 0)));
        rate = (50 * 2000 * 1000) / (performance.now() - startedAt);
      }
      return rate;
    });
    const ratio = median(found.ours) / median(found.raw);
    return {
      samples: found,
      results: [
        {
          row: 'unpaced',
          figure: 'deltas a second',
          ours: spread(found.ours),
          floor: spread(found.raw),
          value: `${ratio.toFixed(2)} x`,
          bar: 'at least 0.6 x',
          isMet: ratio >= 0.6,
        },
      ],
    };
  },
};
