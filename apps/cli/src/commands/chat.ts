import { createInterface } from 'node:readline';
import type { Client } from '@dispatch/client';
import { createApprovalPrompt } from '../approvals/approval-prompt.ts';
import { askingPrinter } from '../approvals/asking-printer.ts';
import { runPrompt } from '../chat-prompt.ts';
import { type ChatSession, createChatSession } from '../chat-session.ts';
import type { Command, Context } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
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
    return runPrompt(context, isBusy, (line) => {
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
