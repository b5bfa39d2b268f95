import type { Computer, Runtime } from '@dispatch/contracts';
import type { Logger } from '@dispatch/kernel';
import { createSpawn } from './commands/spawn.ts';
import { createKeptConnection } from './connection/kept-connection.ts';
import { createFileOperations } from './files/file-operations.ts';
import { createWorkers } from './files/workers.ts';
import type { SshProgram } from './ssh-program.ts';

export interface SshComputerOptions {
  readonly computerId: string;
  readonly program: SshProgram;
  readonly connectTimeoutMs: number;
  readonly idleMs: number;
  readonly maxCommands: number;
  readonly runtime: Pick<Runtime, 'sleep' | 'randomHex' | 'newAbortController'>;
  readonly logger: Pick<Logger, 'info' | 'warn'>;
}

export interface SshComputer {
  readonly computer: Computer;
  /** Ends all that runs over there and the connection. Resolves within 4 s. */
  dispose(): Promise<void>;
}

/** One computer of the user's SSH configuration. Connects at first use. */
export function createSshComputer(options: SshComputerOptions): SshComputer {
  const { computerId, runtime } = options;
  const kept = createKeptConnection(options);
  const workers = createWorkers({ computerId, kept, runtime });
  return {
    computer: {
      computerId,
      spawn: createSpawn({ ...options, kept }),
      homeFolder: () => kept.use(async ({ keeper }) => (await keeper.ready).home),
      ...createFileOperations(workers, () => runtime.randomHex(8)),
    },
    dispose: () => kept.close(),
  };
}
