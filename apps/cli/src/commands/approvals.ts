import type { Client } from '@dispatch/client';
import type { ApprovalBody, ApprovalRequestEvent } from '@dispatch/wire';
import { describeApproval, waysToAnswer } from '../approvals/describe-approval.ts';
import { denial, parseAnswer } from '../approvals/parse-answer.ts';
import type { Command, Context } from '../command.ts';
import { CommandError, exitCodes, usageError } from '../exit-codes.ts';
import { chooseConversation, listAll } from '../host/choose-conversation.ts';
import { runSubcommand } from '../subcommand.ts';

const unlimited = Number.POSITIVE_INFINITY;

export const approvalsCommand: Command = {
  name: 'approvals',
  usage: '[list|…]',
  summary: 'List what waits for a person, or answer it: allow, always, deny, answer.',
  options: {},
  maxPositionals: unlimited,
  run: (context) =>
    runSubcommand(
      'approvals',
      {
        list: { usage: '[conversation]', minWords: 0, maxWords: 1, run: list },
        allow: { usage: '<id>', minWords: 1, maxWords: 1, run: resolveAs('allow') },
        always: { usage: '<id>', minWords: 1, maxWords: 1, run: resolveAs('always') },
        deny: { usage: '<id> [reason]', minWords: 1, maxWords: unlimited, run: deny },
        answer: { usage: '<id> <answer> …', minWords: 2, maxWords: unlimited, run: answer },
      },
      context,
    ),
};

async function list(context: Context, [prefix]: readonly string[]): Promise<number> {
  const { output, isJson } = context;
  const approvals = await listOpen(await context.client(), prefix);
  for (const approval of approvals) {
    if (isJson) {
      output.json(approval);
      continue;
    }
    output.line(output.style.bold(`conversation ${approval.conversationId}`));
    for (const line of describeApproval(approval, output.style)) output.line(line);
    output.line(waysToAnswer(approval));
  }
  if (approvals.length === 0) output.note('Nothing waits for a person.');
  return exitCodes.ok;
}

function resolveAs(decision: 'allow' | 'always') {
  return async (context: Context, [id = '']: readonly string[]) => {
    const client = await context.client();
    const found = await findOpen(client, id);
    if (found?.kind === 'question') {
      throw usageError('It is a question: it takes an answer.', waysToAnswer(found).trim());
    }
    if (decision === 'always' && found !== undefined && found.proposedRule === undefined) {
      throw new CommandError('There is no rule to add for this call.', waysToAnswer(found).trim());
    }
    return resolve(context, client, found?.approvalId ?? id, { decision });
  };
}

async function deny(context: Context, [id = '', ...words]: readonly string[]): Promise<number> {
  const client = await context.client();
  const found = await findOpen(client, id);
  return resolve(context, client, found?.approvalId ?? id, denial(words.join(' ')));
}

async function answer(context: Context, [id = '', ...words]: readonly string[]): Promise<number> {
  const client = await context.client();
  const found = await findOpen(client, id);
  const questions = found?.questions ?? words.map((question) => ({ question }));
  if (questions.length !== words.length) {
    throw usageError(`It asks ${questions.length} questions: give one answer each, in quotes.`);
  }
  const answers = questions.map((question, index) => {
    const parsed = parseAnswer(words[index] ?? '', question);
    if ('hint' in parsed) throw usageError(`Answer ${index + 1}: ${parsed.hint}`);
    return parsed.value;
  });
  return resolve(context, client, found?.approvalId ?? id, { decision: 'allow', answers });
}

async function resolve(
  { output, isJson }: Context,
  client: Client,
  approvalId: string,
  body: ApprovalBody,
): Promise<number> {
  await client.resolveApproval(approvalId, body);
  if (isJson) output.json({ approvalId, ...body });
  else output.line(`Answered ${approvalId}: ${body.decision}.`);
  return exitCodes.ok;
}

/** What is open, in a conversation or in all. */
async function listOpen(
  client: Client,
  prefix: string | undefined,
): Promise<readonly ApprovalRequestEvent[]> {
  const asked =
    prefix === undefined
      ? (await listAll(client)).filter(({ status }) => status !== 'idle')
      : [await chooseConversation(client, prefix)];
  const open: ApprovalRequestEvent[] = [];
  for (const { conversationId } of asked) {
    const { approvals } = await client.approvals(conversationId);
    open.push(...approvals);
  }
  return open;
}

/** The open one whose id begins so; undefined where there is none: the host says what became of it. */
async function findOpen(client: Client, prefix: string): Promise<ApprovalRequestEvent | undefined> {
  const open = await listOpen(client, undefined);
  const [only, another] = open.filter(({ approvalId }) => approvalId.startsWith(prefix));
  if (another === undefined) return only;
  const whole = open.find(({ approvalId }) => approvalId === prefix);
  if (whole !== undefined) return whole;
  throw new CommandError(`"${prefix}" is the beginning of several ids.`, 'Give more of it.');
}
