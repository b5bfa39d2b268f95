import { posix } from 'node:path';
import type { Computer } from '@dispatch/contracts';

/** Where a path leads. */
export interface LinkFree {
  /** No part of it that exists is a symbolic link. */
  readonly path: string;
  readonly exists: boolean;
}

/** As many as Linux follows. */
const maxLinks = 40;

/**
 * Follows all symbolic links of an absolute, normal path as far as it exists; links whose target is
 * missing are followed too, since writing through one would make the target. Whoever opens the path
 * that this gives opens no link, unless one was put there in between. Rejects with Node's codes.
 */
export async function resolveLinks(computer: Computer, path: string): Promise<LinkFree> {
  return follow(computer, path, maxLinks);
}

async function follow(computer: Computer, path: string, linksLeft: number): Promise<LinkFree> {
  const real = await unlessMissing(computer.realPath(path));
  if (real !== undefined) return { path: real, exists: true };
  if (path === '/') return { path, exists: false };
  const folder = await follow(computer, posix.dirname(path), linksLeft);
  const inFolder = posix.join(folder.path, posix.basename(path));
  const target = folder.exists ? await linkTarget(computer, inFolder) : undefined;
  if (target === undefined) return { path: inFolder, exists: false };
  if (linksLeft === 0) throw tooManyLinks(path);
  return follow(computer, await targetPath(computer, folder.path, target), linksLeft - 1);
}

/** What a link in `folder` means: `..` behind another link in it is that one's folder, as the computer has it. */
async function targetPath(computer: Computer, folder: string, target: string): Promise<string> {
  const named = posix.isAbsolute(target) ? target : `${folder}/${target}`;
  const name = posix.basename(named);
  const parent = await unlessMissing(computer.realPath(posix.dirname(named)));
  return parent === undefined || name === '..' || name === '.'
    ? posix.normalize(named).replace(/(?<=.)\/$/, '')
    : posix.join(parent, name);
}

async function linkTarget(computer: Computer, path: string): Promise<string | undefined> {
  try {
    return await unlessMissing(computer.readLink(path));
  } catch (error) {
    if (codeOf(error) === 'EINVAL') return undefined;
    throw error;
  }
}

async function unlessMissing(asked: Promise<string>): Promise<string | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Nothing is there. Pure. */
export function isMissing(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR'].includes(codeOf(error));
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

function tooManyLinks(path: string): Error {
  return Object.assign(new Error(`ELOOP: too many symbolic links, ${path}`), { code: 'ELOOP' });
}
