import { askOnTerminal } from '../approvals/ask-on-terminal.ts';
import type { Command, Context } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { chooseConversation } from '../host/choose-conversation.ts';

export const tailCommand: Command = {
  name: 'tail',
  usage: '[id]',
  summary: 'Print the running turn as it goes, to its end.',
  options: {
    follow: { type: 'boolean', short: 'f', help: 'stay for the turns that follow, until Ctrl-C' },
  },
  maxPositionals: 1,
  run: tail,
};

async function tail(context: Context): Promise<number> {
  const { io, output, values } = context;
  const client = await context.client();
  const { conversationId, lastSeq, status } = await chooseConversation(
    client,
    context.positionals[0],
  );
  if (values.flag('follow')) {
    const connection = client.connect();
    // From here on: the snapshot that comes first holds nothing that was said before.
    const subscription = connection.subscribe(conversationId, { sinceSeq: lastSeq });
    const stop = () => subscription.close();
    const stopListening = io.onInterrupt(stop);
    const printer = askOnTerminal(context, client, stop);
    try {
      for await (const item of subscription) printer.print(item);
      printer.end();
      return exitCodes.interrupted;
    } finally {
      printer.close();
      stopListening();
      connection.close();
    }
  }

  const leave = new AbortController();
  const stop = () => leave.abort();
  const stopListening = io.onInterrupt(stop);
  const printer = askOnTerminal(context, client, stop);
  if (status === 'idle') output.note('No turn is running.');
  try {
    for await (const item of client.follow(conversationId, {
      sinceSeq: lastSeq,
      signal: leave.signal,
    })) {
      printer.print(item);
    }
    printer.end();
    return leave.signal.aborted ? exitCodes.interrupted : exitCodes.ok;
  } finally {
    printer.close();
    stopListening();
  }
}
