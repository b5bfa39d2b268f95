import { resolve } from 'node:path';
import type { Workspace, WorkspacePatchBody } from '@dispatch/wire';
import type { Command, Context } from '../command.ts';
import { exitCodes, usageError } from '../exit-codes.ts';
import { oneLine } from '../output/printable.ts';
import { formatTable } from '../output/table.ts';
import { runSubcommand } from '../subcommand.ts';

export const workspacesCommand: Command = {
  name: 'workspaces',
  usage: '[list|…]',
  summary: 'List workspaces, or change them: create <name>, update <id>, delete <id>.',
  options: {
    id: { type: 'string', value: '<id>', help: 'create: its id; else one is minted' },
    name: { type: 'string', value: '<name>', help: 'update: its new name' },
    cwd: { type: 'string', value: '<folder>', help: 'where its conversations work; "" clears' },
    computer: { type: 'string', value: '<id>', help: 'the computer they work on; "" clears' },
    model: { type: 'string', short: 'm', value: '<model>', help: 'the model to ask; "" clears' },
  },
  maxPositionals: 2,
  run: (context) =>
    runSubcommand(
      'workspaces',
      {
        list: { usage: '', minWords: 0, maxWords: 0, run: list },
        create: { usage: '<name> [options]', minWords: 1, maxWords: 1, run: create },
        update: { usage: '<id> [options]', minWords: 1, maxWords: 1, run: update },
        delete: { usage: '<id>', minWords: 1, maxWords: 1, run: remove },
      },
      context,
    ),
};

async function list(context: Context): Promise<number> {
  const { workspaces } = await (await context.client()).workspaces();
  tell(context, workspaces);
  if (workspaces.length === 0) context.output.note('There are no workspaces.');
  return exitCodes.ok;
}

async function create(context: Context, [name = '']: readonly string[]): Promise<number> {
  const client = await context.client();
  const workspaceId = context.values.text('id');
  const body = { ...defaultsOf(context), ...(workspaceId === undefined ? {} : { workspaceId }) };
  tell(context, [await client.createWorkspace({ ...body, name })]);
  return exitCodes.ok;
}

async function update(context: Context, [id = '']: readonly string[]): Promise<number> {
  const client = await context.client();
  const name = context.values.text('name');
  const patch = { ...defaultsOf(context), ...(name === undefined ? {} : { name }) };
  if (Object.keys(patch).length === 0) {
    throw usageError('There is nothing to change.', 'See `dispatch workspaces --help`.');
  }
  tell(context, [await client.updateWorkspace(id, patch)]);
  return exitCodes.ok;
}

async function remove(context: Context, [id = '']: readonly string[]): Promise<number> {
  await (await context.client()).removeWorkspace(id);
  if (!context.isJson) context.output.line(`Deleted ${oneLine(id, 64)}; its conversations stay.`);
  return exitCodes.ok;
}

function defaultsOf({ values, io }: Context): WorkspacePatchBody {
  const cwd = values.text('cwd');
  const computer = values.text('computer');
  const model = values.text('model');
  // Of another computer's folders this one knows nothing.
  const isHere = computer === undefined || computer === '';
  const folder = cwd === undefined || cwd === '' || !isHere ? cwd : resolve(io.cwd, cwd);
  return {
    ...(folder === undefined ? {} : { defaultCwd: folder || null }),
    ...(computer === undefined ? {} : { defaultComputerId: computer || null }),
    ...(model === undefined ? {} : { defaultModel: model || null }),
  };
}

function tell({ output, isJson }: Context, workspaces: readonly Workspace[]): void {
  if (isJson) {
    for (const workspace of workspaces) output.json(workspace);
    return;
  }
  const rows = workspaces.map((workspace) => [
    workspace.workspaceId,
    oneLine(workspace.name, 60),
    oneLine(workspace.defaultComputerId ?? '-', 60),
    oneLine(workspace.defaultCwd ?? '-', 200),
    oneLine(workspace.defaultModel ?? '-', 100),
  ]);
  for (const line of formatTable(rows)) output.line(line);
}
