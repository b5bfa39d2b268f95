import { homedir } from 'node:os';
import { CodedError, type Computer, type Runtime } from '@dispatch/contracts';
import type { Logger } from '@dispatch/kernel';
import { createCommandProcesses } from './command-processes.ts';
import { readFile, readFolder, readLink, realPath, stat } from './read-files.ts';
import { replaceFile } from './replace-file.ts';
import { startCommand } from './start-command.ts';

export interface LocalComputerOptions {
  /** All that a command finds in its environment, but for what it is given itself and its mark. */
  readonly environment: Readonly<Record<string, string>>;
  /** The absolute path of a POSIX shell. */
  readonly shell: string;
  readonly runtime: Pick<Runtime, 'sleep' | 'now' | 'randomHex'>;
  readonly logger: Pick<Logger, 'warn'>;
}

export interface LocalComputer {
  readonly computer: Computer;
  /** Ends every process that any command has left, and starts none from now on. Resolves within 4 s. */
  dispose(): Promise<void>;
}

/** The computer that this process runs on. */
export function createLocalComputer(options: LocalComputerOptions): LocalComputer {
  const { runtime, shell, environment } = options;
  const processes = createCommandProcesses(runtime, options.logger);
  let isDisposed = false;
  return {
    computer: {
      async spawn(command) {
        if (isDisposed) {
          throw new CodedError('computer-unavailable', { message: 'The host is stopping.' });
        }
        return startCommand(command, { shell, environment, processes });
      },
      homeFolder: async () => homedir(),
      realPath,
      readLink,
      stat,
      readFile,
      writeFile: (path, bytes) => replaceFile(path, bytes, runtime.randomHex(8)),
      readFolder,
    },
    dispose() {
      isDisposed = true;
      return processes.dispose();
    },
  };
}
