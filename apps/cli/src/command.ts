import type { ParseArgsConfig } from 'node:util';
import type { Client } from '@dispatch/client';
import type { Io } from './io.ts';
import type { Output } from './output/output.ts';

/** The values of a command's options. */
export interface Values {
  text(name: string): string | undefined;
  /** All values of an option that may be given several times, in order. */
  texts(name: string): readonly string[];
  flag(name: string): boolean;
  /** A usage error where it is not a whole number of 0 or more. */
  count(name: string): number | undefined;
}

export interface Context {
  readonly io: Io;
  readonly output: Output;
  readonly values: Values;
  readonly positionals: readonly string[];
  readonly isJson: boolean;
  /** Absolute. */
  readonly dataFolder: string;
  /** Finds the host, once. Rejects where there is none. */
  client(): Promise<Client>;
  readonly hostUrl: () => Promise<string>;
}

export interface CommandOption {
  readonly type: 'string' | 'boolean';
  readonly short?: string;
  /** It may be given several times. */
  readonly isRepeatable?: true;
  /** What stands for the value in the help. */
  readonly value?: string;
  readonly help: string;
}

export interface Command {
  readonly name: string;
  /** What follows the name. */
  readonly usage: string;
  readonly summary: string;
  readonly options: Readonly<Record<string, CommandOption>>;
  readonly maxPositionals: number;
  /** Resolves with the exit code. */
  run(context: Context): Promise<number>;
}

/** Options of every command. */
export const commonOptions = {
  url: {
    type: 'string',
    value: '<url>',
    help: 'the host; else DISPATCH_URL, else the data folder',
  },
  data: {
    type: 'string',
    value: '<folder>',
    help: 'data folder; else DISPATCH_DATA_DIR, else .dispatch',
  },
  json: { type: 'boolean', help: 'print JSON, one value a line' },
  help: { type: 'boolean', short: 'h', help: 'say how it is used' },
} as const satisfies Record<string, CommandOption>;

export function parseArgsOptions(
  options: Readonly<Record<string, CommandOption>>,
): NonNullable<ParseArgsConfig['options']> {
  return Object.fromEntries(
    Object.entries(options).map(([name, { type, short, isRepeatable: multiple = false }]) => [
      name,
      short === undefined ? { type, multiple } : { type, short, multiple },
    ]),
  );
}
