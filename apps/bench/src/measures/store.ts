import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import type { NewChunk, Store } from '@dispatch/contracts';
import { startPostgres, temporaryDataDir } from '@dispatch/postgres-embedded';
import { createNodeRuntime } from '@dispatch/runtime-node';
import { openStore } from '@dispatch/store-postgres';
import postgres from 'postgres';
import { median } from '../statistics.ts';

const runtime = createNodeRuntime();
const rounds = 340;
const historyChunks = 1000;

/** A durable PostgreSQL as the host runs it, its store, and a bare connection beside it. */
export async function withPostgres<T>(
  work: (parts: { store: Store; sql: postgres.Sql; processId: number }) => Promise<T>,
): Promise<T> {
  const dataDir = temporaryDataDir(tmpdir());
  const server = await startPostgres({ dataDir, sleep: runtime.sleep });
  try {
    const { database } = server;
    const opened = await openStore({ database, runtime });
    const socket = database.socketPath === undefined ? {} : { path: database.socketPath };
    const sql = postgres(database.url, { ...socket, max: 1, onnotice: () => {} });
    await sql`create table bare (id bigserial primary key, thread text not null, body text not null)`;
    const result = await work({ store: opened.store, sql, processId: server.processId });
    await sql.end();
    await opened.close();
    return result;
  } finally {
    await server.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

const body = JSON.stringify({ type: 'text', text: 'x'.repeat(170) });

async function insertBare(sql: postgres.Sql): Promise<number> {
  const startedAt = performance.now();
  await sql`insert into bare (thread, body) values ('bench', ${body})`;
  return performance.now() - startedAt;
}

/** A bare durable insert: the floor of what makes a message safe. */
export function measureInsert(): Promise<{ insertMs: number }> {
  return withPostgres(async ({ sql }) => {
    const samples: number[] = [];
    for (let round = 0; round < rounds; round += 1) samples.push(await insertBare(sql));
    return { insertMs: median(samples.slice(50)) };
  });
}

/** A step's commit beside a bare insert, and a history beside the same rows, in turn. */
export function measureStore() {
  return withPostgres(async ({ store, sql }) => {
    const turnId = runtime.newId();
    const started = await store.startTurn({
      conversationId: 'bench',
      turnId,
      create: {},
      settings: {},
      model: 'bench/model',
      origin: 'user',
      chunks: [{ role: 'user', json: body }],
      owner: 'bench',
      leaseMs: 60_000,
      at: runtime.wallNow(),
    });
    if (started.outcome !== 'started') throw new Error(`the turn is ${started.outcome}`);
    const lease = { conversationId: 'bench', turnId, epoch: started.epoch };
    const commits: number[] = [];
    const inserts: number[] = [];
    for (let index = 0; index < rounds; index += 1) {
      inserts.push(await insertBare(sql));
      const startedAt = performance.now();
      await store.commitStep({
        lease,
        stepIndex: index,
        chunks: stepChunks(turnId, index),
        metrics: { stepId: `${turnId}#${index}`, finishReason: 'tool-calls', toolCalls: 1 },
        eventNumber: index + 1,
        leaseMs: 60_000,
        at: runtime.wallNow(),
      });
      commits.push(performance.now() - startedAt);
    }
    const reads: number[] = [];
    const bareReads: number[] = [];
    for (let round = 0; round < 60; round += 1) {
      const bareAt = performance.now();
      const rows = await sql`select seq, turn_id, role, created_at, json from dispatch.chunks
        where conversation_id = 'bench' and seq > 0 order by seq limit ${historyChunks}`;
      bareReads.push(performance.now() - bareAt);
      const readAt = performance.now();
      const chunks = await store.readChunks({
        conversationId: 'bench',
        afterSeq: 0,
        limit: historyChunks,
      });
      reads.push(performance.now() - readAt);
      if (rows.length !== chunks.length) throw new Error(`${chunks.length} chunks came`);
    }
    return {
      commitMs: median(commits.slice(50)),
      insertMs: median(inserts.slice(50)),
      readMs: median(reads.slice(10)),
      bareReadMs: median(bareReads.slice(10)),
      chunks: Math.min(historyChunks, rounds * 3 + 1),
    };
  });
}

/** A text, a call and its result; about 200 bytes each. */
export function stepChunks(turnId: string, index: number): NewChunk[] {
  const stepId = `${turnId}#${index}`;
  const callId = `call_${index}`;
  const call = {
    type: 'tool-call',
    stepId,
    callId,
    name: 'read_file',
    input: { path: 'a'.repeat(60) },
  };
  const content = [{ type: 'text', text: 'y'.repeat(40) }];
  const result = {
    type: 'tool-result',
    stepId,
    callId,
    name: 'read_file',
    content,
    isError: false,
  };
  return [
    { role: 'assistant', json: JSON.stringify({ type: 'text', text: 'x'.repeat(110), stepId }) },
    { role: 'assistant', callId, json: JSON.stringify(call) },
    { role: 'tool', callId, json: JSON.stringify(result) },
  ];
}
