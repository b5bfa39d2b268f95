import { DispatchError } from '@dispatch/client';
import { CommandError, exitCodes } from './exit-codes.ts';

const hints: Readonly<Record<string, string>> = {
  'connection-failed': 'Is it running? `npm start` starts one.',
  'bad-response': 'Is that a Dispatch host? Look at --url or DISPATCH_URL.',
  unauthorized: "Set DISPATCH_TOKEN to the host's token.",
  'forbidden-origin': 'Name the host as localhost or 127.0.0.1, or add its name to DISPATCH_HOSTS.',
  'conversation-busy':
    '`dispatch queue <id> <text>` steers the running turn, `dispatch abort <id>` ends it.',
  'unknown-model': '`dispatch status` lists the models.',
  'no-active-turn': '`dispatch show <id>` shows what was said.',
  'queue-full': 'Wait until the running turn has taken some, or `dispatch abort <id>`.',
  'already-resolved': 'The first answer counts.',
  'approval-not-found': '`dispatch approvals list` lists what waits for a person.',
  'workspace-not-found': '`dispatch workspaces` lists them.',
  'command-not-found': '`dispatch commands` lists those in the background.',
  'not-found': 'The host has no extension that serves it.',
  stopping: 'Try again when it is back.',
  'store-unavailable': "Try again; the host's own log says more.",
};

/** An error as a person reads it, and how the process ends. */
export function explainError(error: unknown): { readonly text: string; readonly exitCode: number } {
  if (error instanceof CommandError) {
    return { text: withHint(error.message, error.hint), exitCode: error.exitCode };
  }
  if (error instanceof DispatchError) {
    const code = error.status === undefined ? '' : ` (${error.code})`;
    return {
      text: withHint(`${error.detail}${code}`, hints[error.code]),
      exitCode: exitCodes.failed,
    };
  }
  const text = error instanceof Error ? error.message : String(error);
  return { text: `dispatch: ${text}`, exitCode: exitCodes.failed };
}

function withHint(message: string, hint: string | undefined): string {
  const lines = hint === undefined ? [] : hint.split('\n').map((line) => `  ${line}`);
  return [`dispatch: ${message}`, ...lines].join('\n');
}
