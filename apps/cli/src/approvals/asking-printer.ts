import type { TurnPrinter } from '../output/turn-printer.ts';
import type { ApprovalPrompt } from './approval-prompt.ts';

/** Shows a turn as `printer` does, and asks the person at the terminal what it waits for. */
export function askingPrinter(printer: TurnPrinter, approvals: ApprovalPrompt): TurnPrinter {
  return {
    print: (item) => approvals.watch(item, () => printer.print(item)),
    end: () => printer.end(),
    finishReason: () => printer.finishReason(),
  };
}
