import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { environment } from './environment.ts';
import { postgresError } from './errors.ts';
import { handOver } from './identity.ts';
import type { Place } from './place.ts';

/** The major version whose files this package reads and writes. */
const majorVersion = '18';

/**
 * Makes the data folder where there is none: in a folder of another name first, so that one that was
 * cut off is never taken for a whole one. Returns the password of its user.
 */
export async function initialize(place: Place, isDurable: boolean): Promise<string> {
  const { home, identity } = place;
  removeUnfinished(home);
  const data = join(home, 'data');
  const passwordFile = join(home, 'password');
  if (existsSync(join(data, 'PG_VERSION'))) {
    checkVersion(data);
    return readFileSync(passwordFile, 'utf8').trim();
  }
  const password = randomBytes(24).toString('hex');
  rmSync(passwordFile, { force: true });
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  handOver(passwordFile, identity);

  const unfinished = join(home, `unfinished-${process.pid}`);
  const args = [
    '-D',
    unfinished,
    '-U',
    'postgres',
    '-E',
    'UTF8',
    '--locale=C',
    '--no-instructions',
  ];
  args.push('-A', 'scram-sha-256', `--pwfile=${passwordFile}`);
  if (!isDurable) args.push('--no-sync');
  try {
    await promisify(execFile)(join(place.binaries, 'bin', 'initdb'), args, {
      ...identity,
      cwd: home,
      env: environment,
    });
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : '';
    throw postgresError(
      'postgres-failed',
      `The data folder of PostgreSQL could not be made in ${home}.`,
      said || String(error),
      error,
    );
  }
  renameSync(unfinished, data);
  if (isDurable) syncFolder(home);
  return password;
}

function removeUnfinished(home: string): void {
  for (const name of readdirSync(home)) {
    if (!name.startsWith('unfinished-')) continue;
    try {
      rmSync(join(home, name), { recursive: true, force: true });
    } catch {
      // Its maker was killed a moment ago and what it had begun still writes: the next start's to remove.
    }
  }
}

/** A new name in a folder survives a power cut once the folder itself is written. */
function syncFolder(folder: string): void {
  const descriptor = openSync(folder, 'r');
  fsyncSync(descriptor);
  closeSync(descriptor);
}

function checkVersion(data: string): void {
  const version = readFileSync(join(data, 'PG_VERSION'), 'utf8').trim();
  if (version === majorVersion) return;
  throw postgresError(
    'postgres-failed',
    `${data} holds files of PostgreSQL ${version}; this host runs ${majorVersion}.`,
    `Bring them over with pg_upgrade, or with pg_dump of ${version} and a new data folder.`,
  );
}
