import { resolve } from 'node:path';
import type { Client } from '@dispatch/client';
import type { ExplainBody } from '@dispatch/wire';
import type { Command, Context } from '../command.ts';
import { CommandError, exitCodes, usageError } from '../exit-codes.ts';
import { exactText } from '../output/printable.ts';
import { readText } from '../read-text.ts';
import { describeExplanation } from '../rules/describe-explanation.ts';
import { runSubcommand } from '../subcommand.ts';

export const rulesCommand: Command = {
  name: 'rules',
  usage: '[list|…]',
  summary: 'List the rules that decide on tool calls: explain <tool> <input>, remove <id>.',
  options: {
    cwd: { type: 'string', value: '<folder>', help: 'explain: where the call would be made' },
    computer: { type: 'string', value: '<id>', help: 'explain: and on which computer' },
  },
  maxPositionals: Number.POSITIVE_INFINITY,
  run: (context) =>
    runSubcommand(
      'rules',
      {
        list: { usage: '', minWords: 0, maxWords: 0, run: list },
        explain: { usage: '<tool> <input|->', minWords: 2, maxWords: 2, run: explain },
        remove: { usage: '<id>', minWords: 1, maxWords: 1, run: remove },
      },
      context,
    ),
};

async function list({ client, output, isJson }: Context): Promise<number> {
  const { configured, stored } = await (await client()).rules();
  if (isJson) {
    for (const rule of [...configured, ...stored]) output.json(rule);
    return exitCodes.ok;
  }
  const tell = (name: string, rule: unknown) => {
    output.line(`${output.style.bold(name)}  ${exactText(JSON.stringify(rule))}`);
  };
  for (const { name, rule } of configured) tell(name, rule);
  for (const { ruleId, rule, addedAt } of stored) {
    tell(ruleId, rule);
    output.line(output.style.dim(`  added ${addedAt}`));
  }
  if (configured.length + stored.length === 0) {
    output.note('There are no rules: what only reads in its folder runs, all else is asked for.');
  }
  return exitCodes.ok;
}

async function explain(context: Context, [tool = '', text = '']: readonly string[]) {
  const { output, values, isJson, io } = context;
  const client = await context.client();
  const given = text === '-' ? await readText(io, ['-'], 'rules explain <tool> <input|->') : text;
  const [cwd, computerId] = [values.text('cwd'), values.text('computer')];
  const explanation = await client.explainCall({
    tool,
    input: await inputOf(client, tool, given),
    // On another computer nothing is relative to this folder.
    ...(cwd === undefined ? {} : { cwd: computerId === undefined ? resolve(io.cwd, cwd) : cwd }),
    ...(computerId === undefined ? {} : { computerId }),
  });
  if (isJson) output.json(explanation);
  else for (const line of describeExplanation(explanation, output.style)) output.line(line);
  return exitCodes.ok;
}

/** JSON as it is; any other text is the one field that the tool requires. */
async function inputOf(client: Client, name: string, text: string): Promise<ExplainBody['input']> {
  if (text.trimStart().startsWith('{')) {
    try {
      return JSON.parse(text);
    } catch (error) {
      throw usageError(`The input is no JSON: ${String(error)}.`);
    }
  }
  const { tools } = await client.tools();
  const schema = tools.find((tool) => tool.name === name)?.inputSchema;
  // One that the host does not know is the host's to refuse.
  if (schema === undefined) return text;
  const required = requiredOf(schema);
  const [field] = required;
  if (typeof field === 'string' && required.length === 1) return { [field]: text };
  throw usageError(
    `${name} takes more than a text: give its input as JSON.`,
    `For instance: dispatch rules explain ${name} '{"…": "…"}'`,
  );
}

function requiredOf(schema: ExplainBody['input']): readonly unknown[] {
  const isObject = typeof schema === 'object' && schema !== null && 'required' in schema;
  return isObject && Array.isArray(schema.required) ? schema.required : [];
}

async function remove({ client, output, isJson }: Context, [prefix = '']: readonly string[]) {
  const host = await client();
  const { stored } = await host.rules();
  const found = stored.filter(({ ruleId }) => ruleId.startsWith(prefix));
  if (found.length > 1) {
    throw new CommandError(`"${prefix}" is the beginning of several ids.`, 'Give more of it.');
  }
  // One that is not there is the host's to refuse.
  const ruleId = found[0]?.ruleId ?? prefix;
  await host.removeRule(ruleId);
  if (isJson) output.json({ ruleId });
  else output.line(`Removed ${ruleId}.`);
  return exitCodes.ok;
}
