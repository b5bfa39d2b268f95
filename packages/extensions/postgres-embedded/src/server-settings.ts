import { join } from 'node:path';

/** Where the server listens: nowhere but on this host. */
export type Address =
  | { readonly kind: 'socket'; readonly folder: string }
  | { readonly kind: 'loopback'; readonly port: number };

/** The port in the socket's name; no port of the network. */
const socketPort = 5432;

/** A socket's path has room for about 100 bytes in the system's own structures. */
export function fitsSocket(folder: string): boolean {
  return Buffer.byteLength(socketPath(folder)) <= 100;
}

export function socketPath(folder: string): string {
  return join(folder, `.s.PGSQL.${socketPort}`);
}

/** Small, and durable: one host's conversations, on a machine that has other things to do. */
export function serverArguments(home: string, address: Address, isDurable: boolean): string[] {
  const settings: Record<string, string> = {
    hba_file: join(home, 'pg_hba.conf'),
    // One that is not to last serves many tests at once, each with hosts of its own.
    max_connections: isDurable ? '60' : '300',
    shared_buffers: '48MB',
    // No worker processes for reads: the data is small and mostly cached.
    io_method: 'sync',
    max_parallel_workers: '0',
    max_worker_processes: '0',
    max_logical_replication_workers: '0',
    autovacuum_max_workers: '1',
    // One server and no replicas: no need for more in the log than recovery takes.
    wal_level: 'minimal',
    max_wal_senders: '0',
    max_wal_size: '512MB',
    checkpoint_timeout: '15min',
    jit: 'off',
    log_checkpoints: 'off',
    log_timezone: 'UTC',
    timezone: 'UTC',
    ...(isDurable
      ? { fsync: 'on', synchronous_commit: 'on', full_page_writes: 'on' }
      : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
    ...listenSettings(address),
  };
  return [
    ...['-D', join(home, 'data')],
    ...['-p', String(address.kind === 'socket' ? socketPort : address.port)],
    ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ];
}

function listenSettings(address: Address): Record<string, string> {
  return address.kind === 'socket'
    ? {
        listen_addresses: '',
        unix_socket_directories: address.folder,
        unix_socket_permissions: '0700',
      }
    : { listen_addresses: '127.0.0.1', unix_socket_directories: '' };
}

/** Who may come in: over the socket whoever gets into its folder, over loopback by password. */
export const accessRules = `local all all trust
host all all 127.0.0.1/32 scram-sha-256
`;
