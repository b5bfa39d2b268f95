import { spawnSync } from 'node:child_process';
import { chownSync, lstatSync } from 'node:fs';

/** Who PostgreSQL runs as: it refuses root. Empty where the host's own user does. */
export interface Identity {
  readonly uid?: number;
  readonly gid?: number;
}

/** `nobody` on Linux; there as a user of the system, which `initdb` insists on. */
const nobody = { uid: 65534, gid: 65534 };

/** For a host that is root: the owner of the data that is there, else nobody. */
export function chooseIdentity(dataFolder: string): Identity {
  if (process.getuid?.() !== 0) return {};
  const stats = lstatSync(dataFolder, { throwIfNoEntry: false });
  if (stats === undefined || stats.uid === 0) return nobody;
  return { uid: stats.uid, gid: stats.gid };
}

export function isRoot(identity: Identity): boolean {
  return identity.uid !== undefined;
}

/** Hands a file to the user that PostgreSQL runs as. */
export function handOver(path: string, { uid, gid }: Identity): void {
  if (uid !== undefined && gid !== undefined) chownSync(path, uid, gid);
}

/** Asks the system itself, access lists and all, whether that user gets into a folder. */
export function canEnter(folder: string, identity: Identity): boolean {
  const asked = spawnSync('/bin/sh', ['-c', 'cd "$1"', 'sh', folder], { ...identity, cwd: '/' });
  return asked.status === 0;
}
