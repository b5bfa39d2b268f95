import {
  type FakeCommand,
  fakeComputer,
  fakeExtensionContext,
  memoryBus,
  memoryStore,
  type VirtualRuntime,
  virtualRuntime,
} from '@dispatch/conformance';
import type { CommandExit, Computer, NewCommand } from '@dispatch/contracts';
import type { Redactor } from '@dispatch/kernel';
import { createAsks } from '../asks.ts';
import { type BackgroundCommands, createBackgroundCommands } from '../background-commands.ts';
import { createCommandStore } from '../command-store.ts';

export interface FakeHost {
  readonly commands: BackgroundCommands;
  readonly computer: Computer;
  /** Whether what it starts is read, in the order of the changes. */
  readonly readings: readonly boolean[];
  /** How often each command was ended. */
  readonly ends: () => number;
  /** From now on it does nothing any more, as if it was killed. */
  die(): void;
}

export interface SystemOptions {
  play?(command: FakeCommand): CommandExit | Promise<CommandExit>;
  readonly maxRunning?: number;
  readonly redactor?: Redactor;
  /** From the order to start until it has. */
  readonly startsAfterMs?: number;
  /** The bus loses every message. */
  readonly isBusDeaf?: boolean;
}

/** A command that goes on until it is ended. */
export async function playServer({ print, ended }: FakeCommand): Promise<CommandExit> {
  print('serving\n');
  await ended;
  return { code: 0 };
}

/** Holds what comes while nobody reads. */
function openPipe(tell: NewCommand['onOutput']) {
  const held: Parameters<typeof tell>[] = [];
  const { promise: empty, resolve: isEmpty } = Promise.withResolvers<void>();
  let isReading = true;
  let isClosed = false;
  const flow = () => {
    while (isReading) {
      const first = held.shift();
      if (first === undefined) break;
      tell(...first);
    }
    if (isClosed && held.length === 0) isEmpty();
  };
  return {
    push: (...told: Parameters<typeof tell>) => {
      held.push(told);
      flow();
    },
    setReading: (next: boolean) => {
      isReading = next;
      flow();
    },
    drained: () => {
      isClosed = true;
      flow();
      return empty;
    },
  };
}

/** Hosts on one store and one bus, with the conversations `c1` and `c2`, on virtual time. */
export async function newSystem(options: SystemOptions = {}) {
  const runtime = virtualRuntime();
  const { store, records, ...faults } = memoryStore();
  const bus = memoryBus(options.isBusDeaf === true ? { deliver: () => {} } : {});
  const { logger, redactor, records: logged } = fakeExtensionContext({ runtime });
  for (const conversationId of ['c1', 'c2']) {
    const turnId = `turn-of-${conversationId}`;
    await store.startTurn({
      conversationId,
      turnId,
      create: {},
      settings: {},
      model: 'scripted/play',
      origin: 'user',
      chunks: [],
      owner: 'host',
      leaseMs: 1000,
      at: 0,
    });
  }
  let hosts = 0;
  const join = async (hostId?: string): Promise<FakeHost> => {
    hosts += 1;
    const readings: boolean[] = [];
    let ends = 0;
    let isDead = false;
    const computer = fakeComputer({ play: options.play ?? playServer });
    const watched = {
      ...computer,
      spawn: async (command: Parameters<typeof computer.spawn>[0]) => {
        if (options.startsAfterMs !== undefined) await runtime.sleep(options.startsAfterMs);
        const pipe = openPipe(command.onOutput);
        const running = await computer.spawn({ ...command, onOutput: pipe.push });
        return {
          ...running,
          closed: running.closed.then(pipe.drained),
          setReading: (isReading: boolean) => {
            readings.push(isReading);
            pipe.setReading(isReading);
          },
          end: async () => {
            ends += 1;
            await running.end();
          },
        };
      },
    };
    const source = {
      list: async () => [],
      find: async (computerId: string | undefined) =>
        computerId === undefined ? watched : undefined,
    };
    const ownBus = bus.join(`host-${hosts}`);
    const ownRuntime: VirtualRuntime = {
      ...runtime,
      // Who is dead wakes no more.
      sleep: async (ms, signal) => {
        await runtime.sleep(ms, signal);
        if (isDead) await new Promise(() => {});
      },
    };
    const commands = createBackgroundCommands({
      store: createCommandStore(records),
      asks: createAsks(records, ownBus, ownRuntime),
      computers: [{ extension: 'test', value: source }],
      bus: ownBus,
      runtime: ownRuntime,
      logger,
      redactor: options.redactor ?? redactor,
      maxRunning: options.maxRunning ?? 3,
      outputMb: 1,
      hostId,
    });
    await commands.begin();
    return {
      commands,
      computer: watched,
      readings,
      ends: () => ends,
      die: () => {
        isDead = true;
      },
    };
  };
  return { runtime, store, records, faults, logged, join };
}

export const newCommand = {
  conversationId: 'c1',
  callId: 'call-1',
  command: 'serve',
  cwd: '/home/user',
};
