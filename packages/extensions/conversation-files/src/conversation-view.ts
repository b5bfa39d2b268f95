import { posix } from 'node:path';
import {
  type Access,
  asFileError,
  type Collisions,
  type Computer,
  type ConversationFiles,
  type FileCall,
  type FileStat,
} from '@dispatch/contracts';
import { type FileKey, type FileMemory, isAsNoted } from './file-memory.ts';
import type { Grants } from './grants.ts';
import type { OneByOne } from './one-by-one.ts';
import { isInside, showPath } from './place.ts';
import { fileChanged, fileRefused, pathNotFound, pathOutside } from './refusals.ts';
import { compare, replaceFile } from './replace-file.ts';
import { resolveLinks } from './resolve-links.ts';

/** What all views of a host share. */
export interface Shared {
  readonly memory: FileMemory;
  readonly grants: Grants;
  readonly writes: OneByOne;
  readonly access: Access | undefined;
  readonly collisions: Collisions | undefined;
}

/** One call's view of a computer's files. */
export class ConversationView implements ConversationFiles {
  readonly computer: Computer;
  readonly root: string;
  /** `cwd` as it was given: perhaps through links. */
  readonly #folder: string;
  readonly #call: FileCall;
  readonly #shared: Shared;

  constructor(shared: Shared, call: FileCall, computer: Computer, folder: string, root: string) {
    this.#shared = shared;
    this.#call = call;
    this.computer = computer;
    this.#folder = folder;
    this.root = root;
  }

  show(path: string): string {
    return showPath(this.root, path);
  }

  async resolve(path: string, access: 'read' | 'write'): Promise<string> {
    if (path.includes('\0')) throw fileRefused('A path holds no U+0000.');
    const named = posix.resolve(this.root, path);
    const isNamedInside = isInside(this.root, named) || isInside(this.#folder, named);
    const outside = () => pathOutside(path, this.root, { isByLink: isNamedInside, access });
    let found: Awaited<ReturnType<typeof resolveLinks>>;
    try {
      found = await resolveLinks(this.computer, named);
    } catch (error) {
      // What is outside is not told, nor why it can not be reached.
      if (!isNamedInside && !(await this.#mayReach(named, access))) throw outside();
      throw asFileError(error, path);
    }
    if (!isInside(this.root, found.path) && !(await this.#mayReach(found.path, access))) {
      throw outside();
    }
    if (access === 'read' && !found.exists) throw pathNotFound(path);
    return found.path;
  }

  noteRead(path: string, stat: FileStat, text?: string): void {
    this.#shared.memory.remember(this.#keyOf(path), stat, text);
  }

  checkUnchanged(path: string, stat: FileStat, text: string): void {
    const { memory } = this.#shared;
    const key = this.#keyOf(path);
    const note = memory.noteOf(key);
    if (note === undefined || isAsNoted(note, { stat, text })) return;
    throw fileChanged(this.show(path), compare(memory.textOf(key), text));
  }

  async replace(path: string, text: string, basedOn?: string): Promise<void> {
    const { memory, collisions, writes } = this.#shared;
    const { computer } = this;
    const key = this.#keyOf(path);
    const shown = this.show(path);
    await writes.run(JSON.stringify([key.computerId ?? null, path]), async () => {
      // A link may have been put in its way since it was resolved.
      if ((await this.resolve(path, 'write')) !== path) {
        throw fileRefused(`${shown} became a symbolic link meanwhile: nothing was written.`);
      }
      await replaceFile({ computer, memory, collisions, key, shown, text, basedOn });
    });
  }

  async #mayReach(path: string, access: 'read' | 'write'): Promise<boolean> {
    const { conversationId, computerId, tool } = this.#call;
    const reach = { conversationId, path, ...(computerId === undefined ? {} : { computerId }) };
    if (access === 'read' && (await this.#shared.grants.covers(reach))) return true;
    return (await this.#shared.access?.mayReach({ ...reach, tool })) ?? false;
  }

  #keyOf(path: string): FileKey {
    const { conversationId, computerId } = this.#call;
    return { conversationId, computerId, path };
  }
}
