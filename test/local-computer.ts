import { accessSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fakeExtensionContext, memoryStore } from '../packages/conformance/src/index.ts';
import type { Computer, Files } from '../packages/contracts/src/index.ts';
import { createLocalComputer } from '../packages/extensions/computer-local/src/index.ts';
import { createFiles } from '../packages/extensions/conversation-files/src/index.ts';
import { realTimeRuntime } from './postgres-store.ts';

export interface TestComputer {
  readonly computer: Computer;
  /** The contract `files` on it. */
  readonly files: Files;
  dispose(): Promise<void>;
}

/** What searches on a POSIX system stand on. */
const posixPrograms = ['sh', 'find', 'xargs', 'grep', 'head', 'tr', 'cut', 'printf', 'env', 'cat'];

/** The real computer of this process, with all that its own PATH has, or with these programs alone. */
export function localComputer(programs?: readonly string[]): TestComputer {
  const folder = mkdtempSync(join(tmpdir(), 'programs-'));
  for (const program of programs ?? [])
    symlinkSync(findProgram(program) ?? '', join(folder, program));
  const { computer, dispose } = createLocalComputer({
    environment: { PATH: programs === undefined ? (process.env.PATH ?? '') : folder },
    shell: '/bin/sh',
    runtime: realTimeRuntime(),
    logger: fakeExtensionContext().logger,
  });
  return {
    computer,
    files: createFiles({
      computers: [
        { extension: 'test', value: { list: async () => [], find: async () => computer } },
      ],
      records: memoryStore().records,
      keptTextBytes: 0,
    }),
    async dispose() {
      await dispose();
      rmSync(folder, { recursive: true });
    },
  };
}

/** One that has no ripgrep. */
export function plainComputer(): TestComputer {
  return localComputer(posixPrograms);
}

/** Its absolute path, or undefined where there is none. */
export function findProgram(name: string): string | undefined {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find((path) => {
      try {
        accessSync(path);
        return true;
      } catch {
        return false;
      }
    });
}
