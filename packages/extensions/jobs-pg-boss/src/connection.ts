import { basename, dirname } from 'node:path';
import type { Database } from '@dispatch/contracts';
import type { DatabaseOptions } from 'pg-boss';

/**
 * How pg-boss's own driver reaches the database, so that it takes every URL that the store takes.
 * A Unix socket is named by its folder and the number behind its name.
 */
export function connectionOf({ url, socketPath }: Database): DatabaseOptions {
  const parsed = new URL(url);
  if (socketPath === undefined) {
    // Without it this driver reads `require` as `verify-full`, unlike PostgreSQL's own tools.
    if (parsed.searchParams.has('sslmode')) parsed.searchParams.set('uselibpqcompat', 'true');
    return { connectionString: parsed.href };
  }
  return {
    host: dirname(socketPath),
    port: Number(basename(socketPath).split('.').at(-1)),
    user: decodeURIComponent(parsed.username),
    password: decodeURIComponent(parsed.password),
    database: decodeURIComponent(parsed.pathname.slice(1)),
    ssl: false,
  };
}
