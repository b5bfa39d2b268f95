import { fakeExtensionContext, virtualRuntime } from '@dispatch/conformance';
import type { CommandExit, Computer } from '@dispatch/contracts';
import { onTestFinished } from 'vitest';
import { realTimeRuntime } from '../../../../../test/postgres-store.ts';
import { createSshComputers, type SshComputers } from '../index.ts';
import { type ComputerSshOptions, parseOptions } from '../options.ts';

let seed = 0;

/** The computers of a configuration, with real time; they go with the test. */
export function computersOf(
  configFile: string,
  options: Partial<ComputerSshOptions> = {},
): SshComputers {
  seed += 1;
  const computers = createSshComputers({
    ...parseOptions({ configFile }),
    ...options,
    runtime: { ...realTimeRuntime(), randomHex: virtualRuntime({ seed }).randomHex },
    logger: fakeExtensionContext().logger,
  });
  onTestFinished(() => computers.dispose());
  return computers;
}

export async function computerOf(
  configFile: string,
  alias = 'box',
  options: Partial<ComputerSshOptions> = {},
): Promise<Computer> {
  const computer = await computersOf(configFile, options).find(alias);
  if (computer === undefined) throw new Error(`${configFile} has no ${alias}`);
  return computer;
}

/** Runs a command to its end. */
export async function run(
  computer: Computer,
  command: string,
): Promise<{ readonly exit: CommandExit; readonly printed: string }> {
  let printed = '';
  const running = await computer.spawn({
    command,
    cwd: '/',
    onOutput: (_, bytes) => {
      printed += Buffer.from(bytes).toString();
    },
  });
  const exit = await running.exited;
  await running.closed;
  return { exit, printed };
}
