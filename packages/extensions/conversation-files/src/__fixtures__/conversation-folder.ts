import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memoryStore } from '@dispatch/conformance';
import type { Access, Computer, ConversationFiles, FileTouch } from '@dispatch/contracts';
import { createFiles } from '../files.ts';
import { diskComputer, sourceOf } from './disk-computer.ts';

export interface Parts {
  readonly access?: Access;
  readonly computers?: readonly Computer[];
  readonly keptTextBytes?: number;
}

/** A folder on disk with `inside/a.txt` and, beside it, `other/secret.txt`. */
export async function makeFolder(): Promise<{
  folder: string;
  cwd: string;
  remove(): Promise<void>;
}> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'conversation-files-')));
  const cwd = join(folder, 'inside');
  await mkdir(join(cwd, 'deep'), { recursive: true });
  await mkdir(join(folder, 'other'));
  await writeFile(join(folder, 'other', 'secret.txt'), 'secret');
  await writeFile(join(cwd, 'a.txt'), 'one\ntwo\nthree\n');
  return { folder, cwd, remove: () => rm(folder, { recursive: true }) };
}

/** The contract of the conversations `c1` and `c2` on disk, and what opens a view of a folder. */
export async function makeFiles(cwd: string, parts: Parts = {}) {
  const { computers = [diskComputer()], ...others } = parts;
  const made = await makeFilesOf(computers, others);
  const open = (conversationId = 'c1', from = cwd) =>
    made.files.open({ conversationId, cwd: from, tool: 'a_tool' });
  return { ...made, open };
}

/** The same on computers of any kind, and what it tells of touched files. */
export async function makeFilesOf(
  computers: readonly Computer[],
  parts: Omit<Parts, 'computers'> = {},
) {
  const { access, keptTextBytes = 1e6 } = parts;
  const { store, records } = memoryStore();
  for (const conversationId of ['c1', 'c2']) {
    await store.startTurn({
      conversationId,
      turnId: `${conversationId}-turn`,
      create: {},
      settings: {},
      model: 'm/m',
      origin: 'user',
      chunks: [],
      owner: 'host',
      leaseMs: 1000,
      at: 0,
    });
  }
  const touches: FileTouch[] = [];
  const files = createFiles({
    computers: sourceOf(...computers),
    records,
    access,
    collisions: {
      async touched(touch) {
        touches.push(touch);
      },
    },
    keptTextBytes,
  });
  return { files, touches, store };
}

/** What a coded failure says. */
export async function failure(
  running: Promise<unknown>,
): Promise<{ code: string; message: string }> {
  const error: unknown = await running.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof Error) || !('code' in error)) throw new Error(`no coded error: ${error}`);
  return { code: String(error.code), message: error.message };
}

/** Reads a file as a tool does. */
export async function read(view: ConversationFiles, name: string) {
  const path = await view.resolve(name, 'read');
  const stat = await view.computer.stat(path);
  const text = await readFile(path, 'utf8');
  view.noteRead(path, stat, text);
  return { path, stat, text };
}
