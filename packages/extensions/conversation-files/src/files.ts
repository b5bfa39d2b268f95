import { posix } from 'node:path';
import {
  type Access,
  asFileError,
  type Collisions,
  type Computer,
  type ComputerSource,
  type Contribution,
  type FileCall,
  type Files,
  findComputer,
  type Records,
} from '@dispatch/contracts';
import { ConversationView, type Shared } from './conversation-view.ts';
import { FileMemory } from './file-memory.ts';
import { Grants } from './grants.ts';
import { OneByOne } from './one-by-one.ts';
import { folderNotFound } from './refusals.ts';

export interface FilesParts {
  readonly computers: readonly Contribution<ComputerSource>[];
  readonly records: Records;
  /** Without it no rule lets anyone out. */
  readonly access?: Access | undefined;
  readonly collisions?: Collisions | undefined;
  /** Of texts that are kept to say what changed. */
  readonly keptTextBytes: number;
}

/** Makes the contract `files` of the computers of a host. */
export function createFiles(parts: FilesParts): Files {
  const grants = new Grants(parts.records);
  const shared: Shared = {
    memory: new FileMemory(parts.keptTextBytes),
    grants,
    writes: new OneByOne(),
    access: parts.access,
    collisions: parts.collisions,
  };
  return {
    async open(call) {
      const computer = await findComputer(parts.computers, call.computerId);
      const folder = call.cwd ?? (await computer.homeFolder());
      return new ConversationView(
        shared,
        call,
        computer,
        folder,
        await rootOf(computer, folder, call),
      );
    },
    async grant(grant) {
      const computer = await findComputer(parts.computers, grant.computerId);
      try {
        const path = await computer.realPath(posix.normalize(grant.path));
        await grants.add({ ...grant, path });
      } catch (error) {
        throw asFileError(error, grant.path);
      }
    },
  };
}

async function rootOf(computer: Computer, folder: string, call: FileCall): Promise<string> {
  if (!posix.isAbsolute(folder)) throw folderNotFound(folder, call.computerId);
  try {
    const [root, stat] = await Promise.all([computer.realPath(folder), computer.stat(folder)]);
    if (stat.kind === 'folder') return root;
  } catch (error) {
    const failure = asFileError(error, folder);
    if (failure.code !== 'path-not-found') throw failure;
  }
  throw folderNotFound(folder, call.computerId);
}
