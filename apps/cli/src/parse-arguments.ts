import { parseArgs } from 'node:util';
import { type Command, commonOptions, parseArgsOptions, type Values } from './command.ts';
import { usageError } from './exit-codes.ts';
import { nearestWord } from './nearest-word.ts';

export type Invocation =
  | { readonly type: 'help'; readonly command?: Command }
  | { readonly type: 'version' }
  | {
      readonly type: 'run';
      readonly command: Command;
      readonly values: Values;
      readonly positionals: readonly string[];
    };

/** What a command line asks for. Throws a usage error. */
export function parseArguments(args: readonly string[], commands: readonly Command[]): Invocation {
  const byName = new Map(commands.map((known) => [known.name, known]));
  const at = args.findIndex((arg) => byName.has(arg));
  const command = byName.get(args[at] ?? '');
  if (command === undefined) return parseWithoutCommand(args, commands);
  // Options may stand before the command too.
  const rest = [...args.slice(0, at), ...args.slice(at + 1)];
  const { values, positionals } = parse(rest, command);
  if (values.flag('help')) return { type: 'help', command };
  if (positionals.length > command.maxPositionals) {
    const extra = positionals[command.maxPositionals];
    throw usageError(
      `\`dispatch ${command.name}\` takes no further argument: "${extra}".`,
      `See \`dispatch ${command.name} --help\`.`,
    );
  }
  return { type: 'run', command, values, positionals };
}

function parse(args: readonly string[], command: Command) {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: parseArgsOptions({ ...command.options, ...commonOptions }),
      allowPositionals: true,
      strict: true,
    });
    return { values: valuesOf(values), positionals };
  } catch (error) {
    const words = error instanceof Error ? error.message.split('. ')[0] : String(error);
    throw usageError(`${words}.`.replace('..', '.'), `See \`dispatch ${command.name} --help\`.`);
  }
}

function parseWithoutCommand(args: readonly string[], commands: readonly Command[]): Invocation {
  const [first] = args;
  if (first === '--version' || first === '-v') return { type: 'version' };
  if (first === undefined || first === '--help' || first === '-h' || first === 'help') {
    return { type: 'help' };
  }
  const word = args.find((arg) => !arg.startsWith('-')) ?? first;
  const near = nearestWord(
    word,
    commands.map(({ name }) => name),
  );
  throw usageError(
    `There is no command \`${word}\`.`,
    near === undefined ? undefined : `Did you mean \`dispatch ${near}\`? See \`dispatch --help\`.`,
  );
}

function valuesOf(values: Readonly<Record<string, unknown>>): Values {
  const text = (name: string) => {
    const value = values[name];
    return typeof value === 'string' ? value : undefined;
  };
  return {
    text,
    texts(name) {
      const value = values[name];
      return Array.isArray(value) ? value.map(String) : [];
    },
    flag: (name) => values[name] === true,
    count(name) {
      const value = text(name);
      if (value === undefined) return undefined;
      if (/^\d{1,15}$/.test(value)) return Number(value);
      throw usageError(`--${name} must be a whole number, not "${value}".`);
    },
  };
}
