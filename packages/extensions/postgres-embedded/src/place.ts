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
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
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
  const identity = chooseIdentity(join(link, 'data'));
  const elsewhere = isReachable(dataDir, link, identity)
    ? undefined
    : settleElsewhere(dataDir, link);
  const home = elsewhere ?? link;
  makeFolder(home, identity);
  makeFolder(join(home, 'socket'), identity);
  const place = { home, identity, binaries: reachableBinaries(installed, identity) };
  if (elsewhere === undefined) return place;
  const notice = `PostgreSQL runs as user ${identity.uid}, who can not enter ${dataDir}: its files are in ${home}`;
  return { ...place, notice };
}

function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
}

function isReachable(dataDir: string, link: string, identity: Identity): boolean {
  if (isLink(link)) return false;
  if (!isRoot(identity) || canEnter(dataDir, identity)) return true;
  // The data folder is the host's own, and what it keeps there is closed by itself: passing through
  // it is no harm. Folders above it are not ours to open.
  if (statSync(dataDir).uid !== 0 || !canEnter(dirname(dataDir), identity)) return false;
  chmodSync(dataDir, (statSync(dataDir).mode & 0o777) | 0o001);
  return canEnter(dataDir, identity);
}

/** The folder that the data folder's link names; else a new one, and the link. */
function settleElsewhere(dataDir: string, link: string): string {
  if (isLink(link)) return readlinkSync(link);
  const hash = createHash('sha256').update(realpathSync(dataDir)).digest('hex').slice(0, 16);
  const home = join(systemFolder, hash);
  mkdirSync(systemFolder, { recursive: true, mode: 0o755 });
  // No link, and yet files: of a data folder that was here before and is gone. They are not this one's.
  if (existsSync(join(home, 'data'))) renameSync(home, freeName(`${home}.old`));
  mkdirSync(home, { recursive: true, mode: 0o700 });
  if (existsSync(link)) renameSync(link, freeName(`${link}.unreachable`));
  symlinkSync(home, link);
  return home;
}

function freeName(path: string): string {
  let number = 1;
  while (existsSync(`${path}.${number}`)) number += 1;
  return `${path}.${number}`;
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
