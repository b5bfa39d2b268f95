import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  accessSync,
  chmodSync,
  constants,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { environment } from './environment.ts';
import { postgresError } from './errors.ts';
import { canEnter, chooseIdentity, handOver, type Identity, isRoot } from './identity.ts';

/** Where a private PostgreSQL lives. */
export interface Place {
  /** Holds `data`, `socket`, `password`. Only the user of PostgreSQL and root get in. */
  readonly home: string;
  /** Holds `bin`, `lib`, `share`. */
  readonly binaries: string;
  readonly identity: Identity;
  /** Told to the operator: why files lie elsewhere. */
  readonly notice?: string;
}

/** For root, where nobody can not reach the data folder or the binaries. */
const systemFolder = '/var/lib/dispatch';

/** Chooses and makes the folders. Throws `data-folder-not-writable`. */
export function preparePlace(dataDir: string, installed: string): Place {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o711 });
    accessSync(dataDir, constants.W_OK | constants.X_OK);
    return choosePlace(dataDir, installed);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw postgresError(
      'data-folder-not-writable',
      `The data folder ${dataDir} can not be written: ${reason}`,
      'Choose another with DISPATCH_DATA_DIR or --data, or give this user the right to write there.',
      error,
    );
  }
}

function choosePlace(dataDir: string, installed: string): Place {
  const link = join(dataDir, 'postgres');
  const isLinked = lstatSync(link, { throwIfNoEntry: false })?.isSymbolicLink() === true;
  const identity = chooseIdentity(join(link, 'data'));
  const isElsewhere = isLinked || (isRoot(identity) && !canEnter(dataDir, identity));
  const home = isElsewhere ? homeElsewhere(dataDir) : link;
  makeFolder(home, identity);
  makeFolder(join(home, 'socket'), identity);
  if (isElsewhere && !isLinked) {
    // What a host of an older kind left as a folder is never thrown away.
    if (existsSync(link)) renameSync(link, `${link}.unreachable`);
    symlinkSync(home, link);
  }
  const notice = `PostgreSQL runs as user ${identity.uid}, who can not enter ${dataDir}: its files are in ${home}`;
  return {
    home,
    identity,
    binaries: reachableBinaries(installed, identity),
    ...(isElsewhere ? { notice } : {}),
  };
}

function homeElsewhere(dataDir: string): string {
  const hash = createHash('sha256').update(realpathSync(dataDir)).digest('hex').slice(0, 16);
  mkdirSync(systemFolder, { recursive: true, mode: 0o755 });
  return join(systemFolder, hash);
}

function makeFolder(folder: string, identity: Identity): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o700);
  handOver(folder, identity);
}

/** The binaries, or a copy of them where the user of PostgreSQL can not run the installed ones. */
function reachableBinaries(installed: string, identity: Identity): string {
  if (!isRoot(identity) || canRun(installed, identity)) return installed;
  const version = basename(dirname(realpathSync(installed)));
  const stats = lstatSync(join(installed, 'bin', 'postgres'));
  const copy = join(systemFolder, `binaries-${version}-${Math.trunc(stats.mtimeMs)}-${stats.size}`);
  if (existsSync(copy)) return copy;
  const unfinished = `${copy}.${process.pid}`;
  mkdirSync(systemFolder, { recursive: true, mode: 0o755 });
  rmSync(unfinished, { recursive: true, force: true });
  cpSync(realpathSync(installed), unfinished, {
    recursive: true,
    verbatimSymlinks: true,
    filter: (path) => !path.endsWith('.a'),
  });
  chmodSync(unfinished, 0o755);
  // Another host may have been quicker: its copy is as good.
  if (existsSync(copy)) rmSync(unfinished, { recursive: true, force: true });
  else renameSync(unfinished, copy);
  return copy;
}

function canRun(binaries: string, identity: Identity): boolean {
  const asked = spawnSync(join(binaries, 'bin', 'postgres'), ['--version'], {
    ...identity,
    cwd: '/',
    env: environment,
  });
  return asked.status === 0;
}
