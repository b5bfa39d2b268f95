import type { Computer } from '@dispatch/contracts';
import { normalizePath } from './paths.ts';

/** How many names that are not there, and links to them, are looked through. */
const maxSteps = 100;

/**
 * The path with all symbolic links resolved, as far as it exists, links to what is not there yet
 * included; what does not exist is added as it is named. Rejects where the computer can not say.
 */
export async function resolvePath(
  computer: Pick<Computer, 'realPath' | 'readLink'>,
  path: string,
): Promise<string> {
  let missing: readonly string[] = [];
  let existing = path;
  for (let step = 0; step < maxSteps; step += 1) {
    try {
      const real = await computer.realPath(existing);
      return normalizePath([real, ...missing].join('/'), undefined, undefined) ?? real;
    } catch (error) {
      if (!isMissing(error) || existing === '/') throw error;
    }
    const parent = existing.slice(0, existing.lastIndexOf('/'));
    const target = await linkTarget(computer, existing);
    if (target === undefined) {
      missing = [existing.slice(parent.length + 1), ...missing];
      existing = parent === '' ? '/' : parent;
    } else {
      // Where a link's own folder is reached by a link, its target starts from where that leads.
      const folder = target.startsWith('/') ? '/' : await resolvePath(computer, parent || '/');
      existing = normalizePath(target, folder, undefined) ?? target;
    }
  }
  throw new Error(`${path} leads through too many links`);
}

async function linkTarget(
  computer: Pick<Computer, 'readLink'>,
  path: string,
): Promise<string | undefined> {
  try {
    return await computer.readLink(path);
  } catch {
    return undefined;
  }
}

function isMissing(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    (error.code === 'ENOENT' || error.code === 'ENOTDIR')
  );
}
