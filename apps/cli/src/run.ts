import { resolve } from 'node:path';
import { type Client, createClient } from '@dispatch/client';
import type { Command, Context } from './command.ts';
import { commands } from './commands.ts';
import { exitCodes } from './exit-codes.ts';
import { explainError } from './explain-error.ts';
import { findHost } from './host/host-address.ts';
import type { Io } from './io.ts';
import { createOutput } from './output/output.ts';
import { type Invocation, parseArguments } from './parse-arguments.ts';
import { describeCommand, describeCommands } from './usage.ts';
import { version } from './version.ts';

/** Runs one command line. Resolves with the exit code; never rejects. */
export async function run(io: Io): Promise<number> {
  try {
    const invocation = parseArguments(io.args, commands);
    if (invocation.type === 'version') {
      io.stdout.write(`${version}\n`);
      return exitCodes.ok;
    }
    if (invocation.type === 'help') {
      io.stdout.write(`${helpOf(invocation.command)}\n`);
      return exitCodes.ok;
    }
    return await invocation.command.run(contextOf(io, invocation));
  } catch (error) {
    const { text, exitCode } = explainError(error);
    createOutput(io, false).error(text);
    return exitCode;
  }
}

function helpOf(command: Command | undefined): string {
  return command === undefined ? describeCommands(commands) : describeCommand(command);
}

function contextOf(io: Io, invocation: Extract<Invocation, { type: 'run' }>): Context {
  const { values, positionals } = invocation;
  const isJson = values.flag('json');
  const dataFolder = resolve(
    io.cwd,
    values.text('data') ?? (io.env.DISPATCH_DATA_DIR || '.dispatch'),
  );
  let url: Promise<string> | undefined;
  let client: Promise<Client> | undefined;

  const hostUrl = () => {
    url ??= findHost(io, values.text('url'), dataFolder);
    return url;
  };
  const connect = async () => {
    const token = io.env.DISPATCH_TOKEN;
    return createClient({
      ...io.surroundings,
      url: await hostUrl(),
      ...(token === undefined || token === '' ? {} : { token }),
    });
  };
  return {
    io,
    output: createOutput(io, isJson),
    values,
    positionals,
    isJson,
    dataFolder,
    hostUrl,
    client() {
      client ??= connect();
      return client;
    },
  };
}
