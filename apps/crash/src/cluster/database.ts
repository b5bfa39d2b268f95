import { tmpdir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { startPostgres, temporaryDataDir } from '@dispatch/postgres-embedded';
import postgres from 'postgres';

/** A turn that is under way, and the number of its owner. */
export interface OwnedTurn {
  readonly conversationId: string;
  readonly turnId: string;
  /** From 1; its events begin at `(epoch - 1) * 2 ** 32`. */
  readonly epoch: number;
}

/** A real PostgreSQL of this run's own; gone with it, whatever ends it. */
export interface RunDatabase {
  readonly url: string;
  readonly port: number;
  /** The turns that a host runs, as the database knows it. No client can see that. */
  ownedBy(hostId: string): Promise<readonly OwnedTurn[]>;
  /** True where the turn runs and nobody has taken it over since. */
  isOwned(turn: OwnedTurn): Promise<boolean>;
  /** How many owners a sealed turn has had. */
  ownersOf(turnId: string): Promise<number>;
  stop(): Promise<void>;
}

export async function startDatabase(): Promise<RunDatabase> {
  const server = await startPostgres({
    dataDir: temporaryDataDir(tmpdir()),
    isTemporary: true,
    isLoopback: true,
    sleep: (ms) => sleep(ms, undefined, { ref: false }),
  });
  const { url } = server.database;
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  return {
    url,
    port: server.port ?? 0,
    async ownedBy(hostId) {
      const rows = await sql<OwnedTurn[]>`
        select id as "conversationId", turn_id as "turnId", epoch
        from dispatch.conversations where owner = ${hostId} and is_running`;
      return [...rows];
    },
    async isOwned({ turnId, epoch }) {
      const rows = await sql`
        select 1 from dispatch.conversations
        where turn_id = ${turnId} and is_running and epoch = ${epoch}`;
      return rows.length > 0;
    },
    async ownersOf(turnId) {
      const [row] = await sql<{ epoch: number }[]>`
        select epoch from dispatch.turns where turn_id = ${turnId}`;
      return row?.epoch ?? 0;
    },
    async stop() {
      await sql.end({ timeout: 1 });
      await server.stop();
    },
  };
}
