import { DispatchError } from '@dispatch/client';
import { askOnTerminal } from '../approvals/ask-on-terminal.ts';
import { readFiles, withAttachments } from '../attachments.ts';
import type { Command, Context } from '../command.ts';
import { formatDuration, parseDuration } from '../duration.ts';
import { exitCodes, usageError } from '../exit-codes.ts';
import { askFinishReason } from '../finish-reason.ts';
import { readText } from '../read-text.ts';
import { turnOptions, turnSettings } from '../turn-options.ts';

/** How long a turn that was told to stop may take to say so. */
const abortGraceMs = 10_000;

export const sendCommand: Command = {
  name: 'send',
  usage: '<text|-> [options]',
  summary: 'Send one message, print the answer, end with the turn.',
  options: {
    ...turnOptions,
    attach: {
      type: 'string',
      short: 'a',
      value: '<file>',
      isRepeatable: true,
      help: 'send a file with the message; may be given several times',
    },
    timeout: {
      type: 'string',
      value: '<time>',
      help: 'abort the turn after it, e.g. 90, 10m (1h)',
    },
  },
  maxPositionals: Number.POSITIVE_INFINITY,
  run: send,
};

async function send(context: Context): Promise<number> {
  const { io, output } = context;
  const timeoutMs = timeoutOf(context);
  const text = await readText(io, context.positionals, `${sendCommand.name} ${sendCommand.usage}`);
  const files = await readFiles(io.cwd, context.values.texts('attach'));
  const client = await context.client();
  const settings = await turnSettings(context, client);
  const message = await withAttachments(client, text, files);
  const body = { ...settings, message };
  const printer = askOnTerminal(context, client, () => void end('interrupt'));
  const leave = new AbortController();
  const over = new AbortController();
  let ending: 'timeout' | 'interrupt' | undefined;
  let conversationId: string | undefined;

  const end = async (reason: 'timeout' | 'interrupt') => {
    // Asked for a second time, or nothing to abort: no more waiting.
    if (ending !== undefined || conversationId === undefined) {
      ending ??= reason;
      leave.abort();
      return;
    }
    ending = reason;
    output.note(
      reason === 'timeout'
        ? `No end after ${formatDuration(timeoutMs)}: aborting.`
        : 'Aborting. Ctrl-C again leaves at once.',
    );
    client.abort(conversationId).catch(() => {
      // It ended by itself in between, or the host is gone: the grace below holds for both.
    });
    await io.sleep(abortGraceMs, over.signal);
    leave.abort();
  };
  const stopListening = io.onInterrupt(() => void end('interrupt'));
  void io.sleep(timeoutMs, over.signal).then(() => {
    if (!over.signal.aborted) void end('timeout');
  });

  try {
    const turn = await client.send(body, { signal: leave.signal });
    conversationId = turn.conversationId;
    output.note(output.noteStyle.dim(`conversation ${conversationId}`));
    for await (const item of turn) printer.print(item);
    printer.end();
    const reason =
      printer.finishReason() ??
      (ending === undefined
        ? await askFinishReason(client, conversationId, turn.turnId)
        : undefined);
    return exitCodeOf(ending, reason, leave.signal.aborted);
  } catch (error) {
    if (leave.signal.aborted && error instanceof DispatchError) {
      return exitCodeOf(ending, undefined, true);
    }
    throw error;
  } finally {
    printer.close();
    over.abort();
    stopListening();
  }
}

function exitCodeOf(
  ending: 'timeout' | 'interrupt' | undefined,
  reason: string | undefined,
  hasLeft: boolean,
): number {
  if (ending === 'timeout') return exitCodes.timedOut;
  if (ending === 'interrupt' && hasLeft) return exitCodes.interrupted;
  return reason === 'stop' ? exitCodes.ok : exitCodes.failed;
}

function timeoutOf(context: Context): number {
  const text = context.values.text('timeout') ?? '1h';
  const timeoutMs = parseDuration(text);
  if (timeoutMs !== undefined && timeoutMs > 0) return timeoutMs;
  throw usageError(`--timeout must be a time like 90, 10m or 1h, not "${text}".`);
}
