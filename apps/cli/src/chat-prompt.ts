import { createInterface } from 'node:readline';
import type { ApprovalPrompt, PromptLine } from './approvals/approval-prompt.ts';
import { promptLine } from './approvals/prompt-line.ts';
import type { ChatSession } from './chat-session.ts';
import type { Context } from './command.ts';
import { exitCodes } from './exit-codes.ts';
import { explainError } from './explain-error.ts';

/**
 * A prompt. What is typed while a turn runs answers what it asks, and is queued for it where it asks
 * nothing.
 */
export async function runPrompt(
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
