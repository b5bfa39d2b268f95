import type { Command } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { oneLine } from '../output/printable.ts';
import { formatTable } from '../output/table.ts';

export const computersCommand: Command = {
  name: 'computers',
  usage: '',
  summary: 'List the computers that commands can run on, beside the host itself.',
  options: {},
  maxPositionals: 0,
  async run({ client, output, isJson }) {
    const { computers, failures = [] } = await (await client()).computers();
    if (isJson) {
      for (const computer of computers) output.json(computer);
    } else {
      const rows = computers.map(({ computerId, host, user, port }) => [
        oneLine(computerId, 100),
        oneLine(`${user === undefined ? '' : `${user}@`}${host}`, 200),
        port === undefined ? '' : String(port),
      ]);
      for (const line of formatTable(rows)) output.line(line);
      if (computers.length === 0) output.note('The host knows no computer but its own.');
    }
    for (const { extension, message } of failures) {
      output.error(`dispatch: ${oneLine(extension, 100)}: ${oneLine(message, 500)}`);
    }
    return failures.length === 0 ? exitCodes.ok : exitCodes.failed;
  },
};
