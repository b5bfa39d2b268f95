import { type Command, type CommandOption, commonOptions } from './command.ts';
import { formatTable } from './output/table.ts';

/** The whole help. */
export function describeCommands(commands: readonly Command[]): string {
  return [
    'dispatch: talk to a Dispatch host from a terminal or a script',
    '',
    'Usage: dispatch <command> [options]',
    '',
    ...indent(
      formatTable(commands.map(({ name, usage, summary }) => [`${name} ${usage}`, summary])),
    ),
    '',
    'Options of every command:',
    ...describeOptions({
      ...commonOptions,
      version: { type: 'boolean', help: 'print the version' },
    }),
    '',
    '`dispatch <command> --help` lists the options of one. An id may be any unique prefix; where only',
    'one conversation runs, tail, abort, queue, status and logs need none.',
    '',
    'Environment:',
    ...indent(
      formatTable([
        ['DISPATCH_URL', 'the host'],
        ['DISPATCH_TOKEN', "the host's token"],
        ['DISPATCH_DATA_DIR', 'data folder: it says where the host is, and holds the journal'],
        ['DATABASE_URL', 'fsck: the store, where it is not the one in the data folder'],
        ['NO_COLOR, FORCE_COLOR', 'colours never, or always'],
      ]),
    ),
    '',
    'Exit codes:',
    ...indent(
      formatTable([
        ['0', 'done; of send and chat: the model stopped by itself; of fsck: all is sound'],
        ['1', 'refused, failed, the turn ended in any other way, or fsck found something'],
        ['2', 'used wrongly'],
        ['124', 'send: --timeout is over, the turn was aborted'],
        ['130', 'interrupted by Ctrl-C'],
      ]),
    ),
  ].join('\n');
}

/** The help of one command. */
export function describeCommand(command: Command): string {
  return [
    `Usage: dispatch ${command.name} ${command.usage}`.trimEnd(),
    '',
    command.summary,
    '',
    'Options:',
    ...describeOptions({ ...command.options, ...commonOptions }),
  ].join('\n');
}

function describeOptions(options: Readonly<Record<string, CommandOption>>): string[] {
  return indent(
    formatTable(
      Object.entries(options).map(([name, { short, value, help }]) => [
        `${short === undefined ? '    ' : `-${short}, `}--${name}${value === undefined ? '' : ` ${value}`}`,
        help,
      ]),
    ),
  );
}

function indent(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`);
}
