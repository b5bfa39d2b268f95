import { createInterface } from 'node:readline';
import type { Client } from '@dispatch/client';
import {
  type ApprovalPrompt,
  createApprovalPrompt,
  type PromptLine,
} from '../approvals/approval-prompt.ts';
import { askingPrinter } from '../approvals/asking-printer.ts';
import { promptLine } from '../approvals/prompt-line.ts';
import { type ChatSession, createChatSession } from '../chat-session.ts';
import type { Command, Context } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { explainError } from '../explain-error.ts';
import { findConversation } from '../host/choose-conversation.ts';
import { createTurnPrinter, type TurnPrinter } from '../output/turn-printer.ts';
import { turnOptions, turnSettings } from '../turn-options.ts';

export const chatCommand: Command = {
  name: 'chat',
  usage: '[options]',
  summary: 'Hold a conversation; from a pipe, each line is a message.',
  options: turnOptions,
  maxPositionals: 0,
  async run(context) {
    const { io, output } = context;
    const client = await context.client();
    const settings = await turnSettings(context, client);
    const isPrompt = io.stdin.isTTY === true;
    const asks = isPrompt && !context.isJson;
    const printer = createTurnPrinter(output, context.isJson, asks);
    const start = (shown: TurnPrinter) =>
      createChatSession({ client, io, output, printer: shown, settings });
    if (!isPrompt) return readLines(context, start(printer));
    const isBusy = await isRunning(client, settings.conversationId);
    return prompt(context, isBusy, (line) => {
      if (!asks) return { session: start(printer) };
      const approvals = createApprovalPrompt({ client, output, line });
      return { session: start(askingPrinter(printer, approvals)), approvals };
    });
  },
};

async function isRunning(client: Client, conversationId: string | undefined): Promise<boolean> {
  if (conversationId === undefined) return false;
  const found = await findConversation(client, conversationId);
  return found !== undefined && found.status !== 'idle';
}

/** One turn after the other; the worst of their ends counts. */
async function readLines({ io, output }: Context, session: ChatSession): Promise<number> {
  let exitCode: number = exitCodes.ok;
  let interrupts = 0;
  const lines = createInterface({ input: io.stdin, crlfDelay: Number.POSITIVE_INFINITY });
  const stopListening = io.onInterrupt(() => {
    interrupts += 1;
    if (interrupts > 1 || !session.isRunning()) {
      session.leave();
      lines.close();
    } else {
      output.note('Aborting. Ctrl-C again leaves at once.');
      session.abort().catch(() => session.leave());
    }
  });
  try {
    for await (const line of lines) {
      if (line.trim() === '') continue;
      const reason = await session.say(line);
      if (reason !== 'stop') exitCode = exitCodes.failed;
      if (interrupts > 0) break;
    }
  } finally {
    stopListening();
    lines.close();
  }
  return interrupts > 0 ? exitCodes.interrupted : exitCode;
}

/**
 * A prompt. What is typed while a turn runs answers what it asks, and is queued for it where it asks
 * nothing.
 */
async function prompt(
  { io, output }: Context,
  isBusy: boolean,
  start: (line: PromptLine) => {
    readonly session: ChatSession;
    readonly approvals?: ApprovalPrompt;
  },
): Promise<number> {
  const { promise: left, resolve: leave } = Promise.withResolvers<number>();
  const usual = `${output.style.bold('>')} `;
  const lines = createInterface({
    input: io.stdin,
    output: io.stdout,
    terminal: true,
    prompt: usual,
  });
  const { session, approvals } = start(
    promptLine(lines, io.stdout, usual, () => {
      output.note('The turn goes on waiting: `dispatch approvals list` says for what.');
      session.leave();
      leave(exitCodes.ok);
    }),
  );
  let isAborting = false;
  let isClosed = false;

  const tell = (error: unknown) => output.error(explainError(error).text);
  const run = async (turn: () => Promise<unknown>) => {
    try {
      await turn();
    } catch (error) {
      tell(error);
    }
    isAborting = false;
    if (isClosed) leave(exitCodes.ok);
    else lines.prompt();
  };
  lines.on('line', (line) => {
    const text = line.trim();
    if (approvals?.isOpen()) {
      approvals.take(line);
    } else if (text === '') {
      if (!session.isRunning()) lines.prompt();
    } else if (session.isRunning()) {
      session
        .steer(line)
        .then(() => output.note(output.noteStyle.dim('Queued for the running turn.')), tell);
    } else {
      void run(() => session.say(line));
    }
  });
  lines.on('SIGINT', () => {
    if (!session.isRunning() || isAborting) {
      session.leave();
      leave(exitCodes.interrupted);
      return;
    }
    isAborting = true;
    output.note('Aborting. Ctrl-C again leaves.');
    session.abort().catch(tell);
  });
  lines.on('close', () => {
    isClosed = true;
    if (!session.isRunning()) leave(exitCodes.ok);
  });

  output.note(
    output.noteStyle.dim('Ctrl-C aborts a turn, Ctrl-D ends. Lines typed meanwhile steer it.'),
  );
  if (isBusy) void run(() => session.join());
  else lines.prompt();
  try {
    return await left;
  } finally {
    lines.close();
  }
}
