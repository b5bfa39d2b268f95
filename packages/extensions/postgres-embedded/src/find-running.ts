import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Database } from '@dispatch/contracts';
import { describeDatabase } from './describe-database.ts';
import { findPostmaster } from './postmaster.ts';

/**
 * The database of the server that runs on a data folder right now, and takes connections; undefined
 * where there is none, or where this user can not read its files. Starts nothing and changes nothing.
 */
export function findRunningPostgres(dataDir: string): Database | undefined {
  const home = join(dataDir, 'postgres');
  if (findPostmaster(home) === undefined) return undefined;
  try {
    return readAddress(home);
  } catch {
    // It ended in between.
    return undefined;
  }
}

/** PostgreSQL's own file: its number, data folder, start, port, socket's folder, address, memory, state. */
function readAddress(home: string): Database | undefined {
  const lines = readFileSync(join(home, 'data', 'postmaster.pid'), 'utf8').split('\n');
  const [, , , port = '', folder = '', , , state = ''] = lines;
  if (state.trim() !== 'ready') return undefined;
  if (folder !== '') return describeDatabase({ kind: 'socket', folder }, '');
  const password = readFileSync(join(home, 'password'), 'utf8').trim();
  return describeDatabase({ kind: 'loopback', port: Number(port) }, password);
}
