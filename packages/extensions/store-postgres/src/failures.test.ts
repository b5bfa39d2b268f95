import { createServer, connect as dial, type Server, type Socket } from 'node:net';
import type { Runtime, Store, TurnLease } from '@dispatch/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freshDatabaseUrl } from '../../../../test/fresh-database.ts';
import { connectTo } from '../../../../test/postgres-client.ts';
import { realTimeRuntime } from '../../../../test/postgres-store.ts';
import { type OpenedStore, openStore } from './open-store.ts';

/** Stands between the store and its server, and can lose what the server answers. */
class LossyProxy {
  /** Statements whose answer is lost once, with the connection. */
  readonly lose = new Set<string>();
  isFrozen = false;
  readonly #server: Server;
  readonly #target: URL;

  constructor(target: URL) {
    this.#target = target;
    this.#server = createServer((client) => this.#join(client));
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    const address = this.#server.address();
    const url = new URL(this.#target);
    url.port = String(typeof address === 'object' ? address?.port : '');
    return url.href;
  }

  close(): void {
    this.#server.close();
  }

  #join(client: Socket): void {
    const server = dial(Number(this.#target.port), this.#target.hostname);
    let isLosing = false;
    // A statement's text is sent when a connection prepares it: the answer of that round is let
    // through, and the next one, that of its execution, is lost.
    let answersLeft = 0;
    client.on('data', (bytes) => {
      const text = bytes.toString('latin1');
      for (const words of this.lose) {
        if (!text.includes(words)) continue;
        this.lose.delete(words);
        isLosing = true;
        answersLeft = 1;
      }
      server.write(bytes);
    });
    server.on('data', (bytes) => {
      if (this.isFrozen) return;
      if (isLosing && answersLeft === 0) {
        client.destroy();
        return;
      }
      answersLeft -= 1;
      client.write(bytes);
    });
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      one.on('close', () => other.destroy());
      one.on('error', () => other.destroy());
    }
  }
}

const longLeaseMs = 600_000;
const json = '{"type":"text","text":"x"}';
const chunks = [{ role: 'user', json }] as const;
let count = 0;

describe('a store whose connections are lost', () => {
  let proxy: LossyProxy;
  let opened: OpenedStore;
  let store: Store;
  let target: string;

  beforeAll(async () => {
    target = await freshDatabaseUrl();
    proxy = new LossyProxy(new URL(target));
    const url = await proxy.listen();
    // More connections than calls: each statement is prepared where it is first used.
    opened = await openStore({ database: { url, isPrivate: false }, runtime: realTimeRuntime() });
    store = opened.store;
  });
  afterAll(async () => {
    await opened.close();
    proxy.close();
  });

  const newStart = () => {
    count += 1;
    return {
      conversationId: `conversation-${count}`,
      turnId: `turn-${count}`,
      create: {},
      settings: {},
      model: 'm',
      origin: 'user',
      chunks,
      owner: 'host-a',
      leaseMs: longLeaseMs,
      at: 1,
    } as const;
  };
  const started = async (): Promise<TurnLease> => {
    const start = newStart();
    await store.startTurn(start);
    return { conversationId: start.conversationId, turnId: start.turnId, epoch: 1 };
  };
  const stepOf = (lease: TurnLease, end?: { finishReason: 'stop'; durationMs: number }) => ({
    lease,
    stepIndex: 0,
    chunks,
    metrics: { stepId: 's', finishReason: 'stop', toolCalls: 0 },
    eventNumber: 5,
    leaseMs: longLeaseMs,
    at: 2,
    ...(end === undefined ? {} : { end }),
  });
  const queued = (conversationId: string) => ({
    conversationId,
    queueId: `queued-${conversationId}`,
    create: {},
    messageJson: '"q"',
    chunks,
    limit: 100,
    at: 1,
    idempotencyKey: 'k',
  });
  /** Makes a call whose answer is lost, and says how often the server has carried it out. */
  const losing = async <T>(words: string, call: () => Promise<T>): Promise<T> => {
    proxy.lose.add(words);
    const result = await call();
    expect(proxy.lose.size, 'the answer was lost').toBe(0);
    return result;
  };

  it('starts a turn once, with what waited', async () => {
    const start = { ...newStart(), idempotencyKey: 'k' };
    expect(await losing('insert into dispatch.turns', () => store.startTurn(start))).toEqual({
      outcome: 'started',
      epoch: 1,
      previousSeq: 0,
      lastSeq: 1,
      taken: [],
    });
    const other = { ...newStart(), chunks: [], takeQueue: true };
    await store.enqueue(queued(other.conversationId));
    const result = await losing('set taken_turn_id', () => store.startTurn(other));
    expect(result).toMatchObject({
      outcome: 'started',
      lastSeq: 1,
      taken: [{ messageJson: '"q"' }],
    });
  });

  it('commits a step once, sealing or not', async () => {
    const lease = await started();
    const commit = () => store.commitStep(stepOf(lease));
    expect(await losing('insert into dispatch.steps', commit)).toEqual({
      lastSeq: 2,
      hasQueued: false,
    });
    expect(await store.readLastTurn(lease.conversationId)).toMatchObject({ stepsCommitted: 1 });
    const last = await started();
    const end = { finishReason: 'stop', durationMs: 1 } as const;
    const commitLast = () => store.commitStep(stepOf(last, end));
    expect(await losing('is_running = false', commitLast)).toEqual({
      lastSeq: 2,
      hasQueued: false,
    });
  });

  it('starts and commits a crowd once, though the answer of a batch is lost', async () => {
    const starts = Array.from({ length: 40 }, newStart);
    const startAll = () => Promise.all(starts.map((start) => store.startTurn(start)));
    const started = { outcome: 'started', epoch: 1, previousSeq: 0, lastSeq: 1, taken: [] };
    expect(await losing('turn_details', startAll)).toEqual(starts.map(() => started));
    const leases = starts.map(({ conversationId, turnId }) => ({
      conversationId,
      turnId,
      epoch: 1,
    }));
    const commitAll = () => Promise.all(leases.map((lease) => store.commitStep(stepOf(lease))));
    const committed = { lastSeq: 2, hasQueued: false };
    expect(await losing('new_step as', commitAll)).toEqual(leases.map(() => committed));
    const heads = await store.readHeads(leases.map(({ conversationId }) => conversationId));
    expect(new Set(heads.map(({ lastSeq }) => lastSeq))).toEqual(new Set([2]));
  });

  it('holds up no one of a crowd for a conversation that is locked', async () => {
    const leases = await Promise.all(Array.from({ length: 40 }, started));
    const locked = leases.at(-1)?.conversationId ?? '';
    const sql = connectTo({ url: target });
    const commit = (lease: TurnLease) => store.commitStep(stepOf(lease));
    const commits = await sql.begin(async (held) => {
      await held`select 1 from dispatch.conversations where id = ${locked} for update`;
      const all = leases.map(commit);
      await Promise.all(all.slice(0, -1));
      const [row] = await held`select last_seq from dispatch.conversations where id = ${locked}`;
      expect(row?.last_seq).toBe(1);
      return { locked: all.at(-1) };
    });
    expect(await commits.locked).toEqual({ lastSeq: 2, hasQueued: false });
    await sql.end();
  });

  it('seals, steers, queues and forks once', async () => {
    const lease = await started();
    const { conversationId } = lease;
    const enqueued = await losing('insert into dispatch.queue', () =>
      store.enqueue(queued(conversationId)),
    );
    expect(enqueued).toMatchObject({ position: 1, isRepeated: false });
    const steered = await losing('event_number = $7', () => store.commitSteering(lease, 1, 9));
    expect(steered).toMatchObject({ lastSeq: 2, messages: [{ messageJson: '"q"' }] });
    const end = { finishReason: 'aborted', durationMs: 1 } as const;
    const seal = () => store.sealTurn({ lease, chunks, eventNumber: 9, end, at: 3 });
    expect(await losing('old_ledger', seal)).toEqual({ lastSeq: 3, hasQueued: false });
    const fork = { conversationId, newConversationId: `${conversationId}-fork`, at: 1 };
    expect(await losing('with source as', () => store.forkConversation(fork))).toEqual({
      lastSeq: 3,
    });
  });

  it('says so when the server does not come back, without its password', async () => {
    const url = new URL(target);
    url.port = '1';
    url.password = 'a-secret';
    const impatient: Runtime = { ...realTimeRuntime(), sleep: async () => {} };
    const lost = openStore({ database: { url: url.href, isPrivate: false }, runtime: impatient });
    const error = await lost.catch((reason) => reason);
    expect(error).toMatchObject({
      code: 'store-unavailable',
      hint: expect.stringContaining('127.0.0.1'),
    });
    expect(JSON.stringify([error.message, error.hint, error.stack])).not.toContain('a-secret');
  });

  it('does not wait for ever for a server that froze', async () => {
    let now = 0;
    const hasty: Runtime = {
      ...realTimeRuntime(),
      now: () => now,
      sleep: async () => {
        await new Promise((resolve) => setImmediate(resolve));
        now += 1000;
      },
    };
    const own = new LossyProxy(new URL(target));
    const database = { url: await own.listen(), isPrivate: false };
    const frozen = await openStore({ database, runtime: hasty });
    own.isFrozen = true;
    await expect(frozen.store.ping()).rejects.toMatchObject({ code: 'store-unavailable' });
    await frozen.close();
    own.close();
  });

  it('goes on when the server ended all its connections', async () => {
    const sql = connectTo({ url: target });
    await sql`select pg_terminate_backend(pid) from pg_stat_activity
      where application_name = 'dispatch' and pid <> pg_backend_pid() and datname = current_database()`;
    await sql.end();
    await Promise.all(Array.from({ length: 5 }, () => store.ping().catch(() => {})));
    await started();
  });

  it('opens no more connections than it may', async () => {
    const url = await freshDatabaseUrl();
    const small = await openStore({
      database: { url, isPrivate: false },
      runtime: realTimeRuntime(),
      maxConnections: 3,
    });
    await Promise.all(
      Array.from({ length: 50 }, () => small.store.listConversations({ limit: 1 })),
    );
    const sql = connectTo({ url });
    const [row] = await sql`select count(*) as open from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()`;
    expect(row?.open).toBeLessThanOrEqual(3);
    await Promise.all([small.close(), sql.end()]);
  });
});
