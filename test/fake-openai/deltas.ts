import { setTimeout as sleep } from 'node:timers/promises';
import { chunk, done, usage } from './chunks.ts';
import type { Reply } from './reply.ts';

const mostDeltas = 100_000;
/** About 16 KiB: what servers write at once. */
const deltasPerWrite = 80;

/**
 * `<deltas>/p/<paceMs>`. Without a pace every delta is `@abc`, as fast as the reader takes them; with
 * one it is `@<CLOCK_MONOTONIC µs>;`, so that a reader on this machine can tell how late it came.
 */
export async function streamDeltas(reply: Reply, detail: string): Promise<void> {
  const [count = '0', , pace = '0'] = detail.split('/');
  const deltas = Math.min(Number(count), mostDeltas);
  reply.begin();
  await reply.write(chunk({ role: 'assistant', content: '' }));
  if (Number(pace) > 0) await paced(reply, deltas, Number(pace));
  else await unpaced(reply, deltas);
  await reply.write(chunk({}, 'stop') + usage(5, deltas) + done);
  reply.end();
}

async function unpaced(reply: Reply, deltas: number): Promise<void> {
  const one = chunk({ content: '@abc' });
  const many = Buffer.from(one.repeat(deltasPerWrite));
  let rest = deltas;
  for (; rest >= deltasPerWrite && !reply.isGone; rest -= deltasPerWrite) await reply.write(many);
  await reply.write(one.repeat(rest % deltasPerWrite));
}

async function paced(reply: Reply, deltas: number, paceMs: number): Promise<void> {
  const from = performance.now();
  for (let sent = 0; sent < deltas && !reply.isGone; ) {
    const due = Math.min(deltas, 1 + Math.floor((performance.now() - from) / paceMs));
    for (; sent < due; sent++) {
      await reply.write(chunk({ content: `@${process.hrtime.bigint() / 1000n};` }));
    }
    if (sent < deltas) await sleep(Math.max(0, from + sent * paceMs - performance.now()));
  }
}
