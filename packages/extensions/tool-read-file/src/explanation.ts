import type { Stats } from 'node:fs';
import { opendir } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { nearestNames } from './nearest-names.ts';

/** Names of a folder that are looked at, however many it has. */
const maxNames = 1000;
const maxListed = 50;

/** A sentence for the model about what the system said no to, and what to do instead. */
export async function explainFailure(
  path: string,
  failure: { readonly code: string; readonly message: string; readonly tried?: string },
): Promise<string> {
  switch (failure.code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return `There is no file ${path}.${await suggest(failure.tried)}`;
    case 'EACCES':
    case 'EPERM':
      return `The host's user may not read ${path} (${failure.code}).`;
    case 'ELOOP':
      return `${path} is a symbolic link that leads in a circle.`;
    case 'ENAMETOOLONG':
      return `The path is too long for a file's name: ${path.slice(0, 100)}…`;
    case 'ENXIO':
      return `${path} is a device or a socket, not a file: there is nothing to read.`;
    default:
      return `${path} could not be read: ${failure.message}.`;
  }
}

/** What a folder holds, in place of the text that it has not. */
export async function describeFolder(path: string, folder: string): Promise<string> {
  const names = await namesIn(folder, true);
  const listed = names.slice(0, maxListed).join('\n');
  const more = names.length > maxListed ? '\n…' : '';
  return `${path} is a folder, not a file. It holds:\n${listed || '(nothing)'}${more}`;
}

/** `a named pipe`. Pure. */
export function kindOf(stats: Stats): string {
  if (stats.isFIFO()) return 'a named pipe';
  if (stats.isSocket()) return 'a socket';
  if (stats.isCharacterDevice() || stats.isBlockDevice()) return 'a device';
  return 'something else';
}

async function suggest(tried: string | undefined): Promise<string> {
  if (tried === undefined) return '';
  const names = await namesIn(dirname(tried), false).catch(() => undefined);
  if (names === undefined) return ' Its folder does not exist either.';
  const near = nearestNames(basename(tried), names);
  return near.length === 0 ? '' : ` Names near it: ${near.join(', ')}.`;
}

/** The first names of a folder, sorted; of a folder of a million entries, any thousand. */
async function namesIn(folder: string, markFolders: boolean): Promise<string[]> {
  const names: string[] = [];
  for await (const entry of await opendir(folder)) {
    names.push(markFolders && entry.isDirectory() ? `${entry.name}/` : entry.name);
    if (names.length === maxNames) break;
  }
  return names.sort();
}
