import { constants, type Stats } from 'node:fs';
import { access, mkdir, open, readlink, rename, rm, stat } from 'node:fs/promises';
import { dirname, isAbsolute } from 'node:path';
import { hasCode, nodeError } from './node-error.ts';

/** As the contract has it. */
const maxFileBytes = 64 * 1024 * 1024;

/** As many as Linux follows. */
const maxLinks = 40;

/**
 * Writes a new file beside the old one and puts it in its place, with its mode and, where that is
 * allowed, its owner. `suffix` is unlike any other writer's.
 */
export async function replaceFile(path: string, bytes: Uint8Array, suffix: string): Promise<void> {
  if (bytes.length > maxFileBytes) throw nodeError('EFBIG', 'more than 64 MiB', path);
  const target = await followLinks(path);
  const old = await find(target);
  if (old?.isDirectory()) throw nodeError('EISDIR', 'illegal operation on a directory', path);
  if (old !== undefined && !old.isFile()) {
    throw nodeError('EINVAL', 'neither a file nor a folder', path);
  }
  // Who may write into the folder could replace a file that nobody is to write to.
  if (old !== undefined) await access(target, constants.W_OK);
  else await mkdir(dirname(target), { recursive: true });
  const draft = `${dirname(target)}/.dispatch-${suffix}`;
  try {
    await write(draft, bytes, old);
    await rename(draft, target);
  } catch (error) {
    await rm(draft, { force: true }).catch(() => {});
    throw error;
  }
}

async function write(path: string, bytes: Uint8Array, old: Stats | undefined): Promise<void> {
  const handle = await open(path, 'wx', old === undefined ? 0o666 : 0o600);
  try {
    await handle.writeFile(bytes);
    if (old === undefined) return;
    // Only root may give files away; the others' new file is their own.
    await handle.chown(old.uid, old.gid).catch(() => {});
    await handle.chmod(old.mode & 0o7777);
  } finally {
    await handle.close();
  }
}

/** Where a path leads whose last links may lead to nothing yet. */
async function followLinks(path: string): Promise<string> {
  let at = path;
  for (let count = 0; count < maxLinks; count += 1) {
    let link: string;
    try {
      link = await readlink(at);
    } catch (error) {
      if (hasCode(error, 'EINVAL', 'ENOENT')) return at;
      throw error;
    }
    // Put together as text: `..` behind a link means the folder above where the link leads.
    at = isAbsolute(link) ? link : `${dirname(at)}/${link}`;
  }
  throw nodeError('ELOOP', 'too many symbolic links', path);
}

async function find(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}
