import { createInterface, type Interface } from 'node:readline';
import type { Client } from '@dispatch/client';
import type { Context } from '../command.ts';
import { createTurnPrinter, type TurnPrinter } from '../output/turn-printer.ts';
import { createApprovalPrompt, type PromptLine } from './approval-prompt.ts';
import { askingPrinter } from './asking-printer.ts';
import { promptLine } from './prompt-line.ts';

/** Shows a turn; `close` gives the terminal back. */
export interface TerminalPrinter extends TurnPrinter {
  close(): void;
}

/**
 * For a command that follows a turn and reads no lines otherwise: where a person sits before the
 * terminal they are asked what the turn waits for, else it is said how to answer.
 *
 * @param interrupt  Ctrl-C while something is asked.
 */
export function askOnTerminal(
  { io, output, isJson }: Context,
  client: Client,
  interrupt: () => void,
): TerminalPrinter {
  const isAskedHere = io.stdin.isTTY === true && output.isTerminal && !isJson;
  const printer = createTurnPrinter(output, isJson, isAskedHere);
  if (!isAskedHere) return { ...printer, close: () => {} };

  let opened: { readonly lines: Interface; readonly line: PromptLine } | undefined;
  /** Reads the terminal only once something is asked. */
  const open = () => {
    const lines = createInterface({ input: io.stdin, output: io.stdout, terminal: true });
    lines.on('line', (text) => approvals.take(text));
    lines.on('SIGINT', interrupt);
    const line = promptLine(lines, io.stdout, '', () => {
      output.note('`dispatch approvals list` says what waits; Ctrl-C leaves.');
    });
    return { lines, line };
  };
  const approvals = createApprovalPrompt({
    client,
    output,
    line: {
      show(text) {
        opened ??= open();
        opened.line.show(text);
      },
      hide: () => opened?.line.hide(),
    },
  });
  return {
    ...askingPrinter(printer, approvals),
    close: () => opened?.lines.close(),
  };
}
