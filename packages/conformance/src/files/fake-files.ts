import { posix } from 'node:path';
import {
  asFileError,
  CodedError,
  type Computer,
  type ConversationFiles,
  type FileCall,
  type FileStat,
  type Files,
  type FolderGrant,
} from '@dispatch/contracts';

/** What tests look at. */
export interface FakeFiles extends Files {
  /** In the order in which they were given; their paths as they were named. */
  readonly grants: readonly FolderGrant[];
}

interface Note {
  readonly version: string;
  readonly text: string | undefined;
}

/**
 * The contract `files` on computers in memory, for tests of tools: confined and guarded as the
 * contract has it, in few words. The computer without an id is the host's own.
 */
export function fakeFiles(...computers: readonly Computer[]): FakeFiles {
  const grants: FolderGrant[] = [];
  const notes = new Map<string, Note>();
  const find = (id: string | undefined) => {
    const found = computers.find(({ computerId }) => computerId === id);
    if (found === undefined) throw failed('computer-not-found', `no computer ${id}`);
    return found;
  };
  return {
    grants,
    async open(call) {
      const computer = find(call.computerId);
      const folder = call.cwd ?? (await computer.homeFolder());
      const stat = await computer.stat(folder).catch(() => undefined);
      if (stat?.kind !== 'folder') throw failed('path-not-found', `${folder} is no folder`);
      return openView(computer, await computer.realPath(folder), call, grants, notes);
    },
    async grant(grant) {
      const computer = find(grant.computerId);
      const path = await computer.realPath(grant.path).catch((error: unknown) => {
        throw asFileError(error, grant.path);
      });
      grants.push({ ...grant, path });
    },
  };
}

function openView(
  computer: Computer,
  root: string,
  { conversationId, computerId }: FileCall,
  grants: readonly FolderGrant[],
  notes: Map<string, Note>,
): ConversationFiles {
  const keyOf = (path: string) => JSON.stringify([conversationId, computerId ?? null, path]);
  const show = (path: string) => (isInside(root, path) ? posix.relative(root, path) || '.' : path);
  const isGranted = (path: string) =>
    grants.some(
      (grant) =>
        grant.conversationId === conversationId &&
        grant.computerId === computerId &&
        isInside(grant.path, path),
    );
  const checkUnchanged = (path: string, stat: FileStat, text: string) => {
    const note = notes.get(keyOf(path));
    if (note === undefined) return;
    if (note.text === undefined ? note.version === stat.version : note.text === text) return;
    throw failed('file-changed', `${show(path)} was changed: -${note.text ?? '?'} +${text}`);
  };
  return {
    computer,
    root,
    show,
    async resolve(path, access) {
      const named = posix.resolve(root, path);
      const real = await realPathOf(computer, named).catch((error: unknown) => {
        throw isInside(root, named) ? asFileError(error, path) : outside(path);
      });
      const isAllowed = isInside(root, real.path) || (access === 'read' && isGranted(real.path));
      if (!isAllowed) throw outside(path);
      if (access === 'read' && !real.exists) throw failed('path-not-found', `There is no ${path}.`);
      return real.path;
    },
    noteRead(path, stat, text) {
      notes.set(keyOf(path), { version: stat.version, text });
    },
    checkUnchanged,
    async replace(path, text, basedOn) {
      try {
        const stat = await computer.stat(path).catch(() => undefined);
        if (stat !== undefined) {
          const now = Buffer.from(await computer.readFile(path)).toString();
          if (now !== text) {
            checkUnchanged(path, stat, now);
            if (basedOn === undefined && !notes.has(keyOf(path))) {
              throw failed('file-not-read', `${show(path)} exists: read it first.`);
            }
            if (basedOn !== undefined && basedOn !== now) {
              throw failed('file-changed', `${show(path)} was changed.`);
            }
          }
        } else if (notes.delete(keyOf(path))) {
          throw failed('file-changed', `${show(path)} was removed.`);
        }
        await computer.writeFile(path, Buffer.from(text));
        notes.set(keyOf(path), { version: (await computer.stat(path)).version, text });
      } catch (error) {
        throw asFileError(error, show(path));
      }
    },
  };
}

/** Links that hang count as what they are named, and so as outside: a fake need not follow them. */
async function realPathOf(
  computer: Computer,
  path: string,
): Promise<{ readonly path: string; readonly exists: boolean }> {
  try {
    return { path: await computer.realPath(path), exists: true };
  } catch (error) {
    if (asFileError(error, path).code !== 'path-not-found' || path === '/') throw error;
  }
  const hanging = await computer.readLink(path).catch(() => undefined);
  if (hanging !== undefined)
    return { path: posix.resolve(posix.dirname(path), hanging), exists: false };
  const folder = await realPathOf(computer, posix.dirname(path));
  return { path: posix.join(folder.path, posix.basename(path)), exists: false };
}

function isInside(folder: string, path: string): boolean {
  return path === folder || path.startsWith(folder === '/' ? '/' : `${folder}/`);
}

function outside(path: string): CodedError {
  const hint = 'Call request_access for it.';
  return failed('path-outside', `${path} leads out of the working folder. ${hint}`, hint);
}

function failed(code: string, message: string, hint?: string): CodedError {
  return new CodedError(code, { message, ...(hint === undefined ? {} : { hint }) });
}
