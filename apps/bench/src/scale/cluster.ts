import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startPostgres, temporaryDataDir } from '@dispatch/postgres-embedded';
import postgres from 'postgres';
import { cpuMs, familyCpuMs, root, type Server, startServer } from '../processes.ts';

export interface ClusterHost extends Server {
  /** What it signs its leases with, and is called on the bus. */
  readonly hostId: string;
}

/** Hosts on a durable PostgreSQL of their own. */
export interface Cluster {
  readonly hosts: readonly ClusterHost[];
  readonly urls: readonly string[];
  readonly sql: postgres.Sql;
  /** What both have used so far, in milliseconds: all hosts together, all of PostgreSQL. */
  cpu(): ClusterCpu;
  /** How many statements with these words in them the server gets while `work` runs, which it slows. */
  countStatements(words: string, work: () => Promise<void>): Promise<number>;
}

export interface ClusterCpu {
  readonly hostsMs: number;
  readonly postgresMs: number;
}

/** So that every backend has read its settings, and what was sent last has come. */
const settleMs = 500;
const bundle = join(root, 'apps/host-bin/dist/main.js');

/** Runs `count` hosts for as long as `work` takes. */
export async function withCluster<T>(
  count: number,
  work: (cluster: Cluster) => Promise<T>,
): Promise<T> {
  const folders = Array.from({ length: count + 1 }, () => temporaryDataDir(tmpdir()));
  const [serverDir = '', ...hostDirs] = folders;
  let onServerLine = (_line: string) => {};
  const server = await startPostgres({
    dataDir: serverDir,
    onServerLine: (line) => onServerLine(line),
    isLoopback: true,
    sleep: (ms) => sleep(ms, undefined, { ref: false }),
  });
  const { url } = server.database;
  const sql = postgres(url, { max: 2, onnotice: () => {} });
  const hosts: ClusterHost[] = [];
  try {
    for (const dataDir of hostDirs) hosts.push(await startHost(dataDir, url));
    return await work({
      hosts,
      urls: hosts.map((host) => host.url),
      sql,
      cpu: () => ({
        hostsMs: hosts.reduce((sum, { pid }) => sum + cpuMs(pid), 0),
        postgresMs: familyCpuMs(server.processId),
      }),
      async countStatements(words, count) {
        let statements = 0;
        onServerLine = (line) => {
          if (line.includes(words)) statements += 1;
        };
        await sql`alter system set log_statement = 'all'`;
        await sql`select pg_reload_conf()`;
        await sleep(settleMs);
        statements = 0;
        await count();
        await sleep(settleMs);
        return statements;
      },
    });
  } finally {
    await Promise.all(hosts.map((host) => host.stop()));
    await sql.end({ timeout: 1 });
    await server.stop();
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  }
}

async function startHost(dataDir: string, databaseUrl: string): Promise<ClusterHost> {
  const args = ['--port', '0', '--data', dataDir, '--log', 'error', '--approvals', 'auto'];
  const host = await startServer([bundle, ...args], {
    environment: { DATABASE_URL: databaseUrl },
  });
  return { ...host, hostId: readFileSync(join(dataDir, 'host-id'), 'utf8').trim() };
}

/** What was used between two readings. */
export function usedSince(before: ClusterCpu, after: ClusterCpu): ClusterCpu {
  return {
    hostsMs: after.hostsMs - before.hostsMs,
    postgresMs: after.postgresMs - before.postgresMs,
  };
}

/** A backend reports what it did ten seconds after it fell idle, at the latest. */
const reportMs = 11_000;

/** Transactions that the database has committed, those of idle backends included. Takes 11 s. */
export async function countCommits(sql: postgres.Sql): Promise<number> {
  await sleep(reportMs);
  const [row] = await sql<{ commits: number }[]>`
    select xact_commit::float8 as commits from pg_stat_database where datname = current_database()`;
  return row?.commits ?? Number.NaN;
}
