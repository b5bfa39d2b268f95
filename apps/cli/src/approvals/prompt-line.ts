import { clearLine, cursorTo, type Interface } from 'node:readline';
import type { Writable } from 'node:stream';
import type { PromptLine } from './approval-prompt.ts';

/**
 * @param usual  The prompt of `lines` while nothing is asked.
 * @param onUnanswerable  Something is asked, and nothing more can be typed.
 */
export function promptLine(
  lines: Interface,
  screen: Writable,
  usual: string,
  onUnanswerable: () => void,
): PromptLine {
  let isShown = false;
  let isClosed = false;
  // With the end of a line the terminal stands on a new one.
  lines.on('line', () => {
    isShown = false;
  });
  lines.on('close', () => {
    isClosed = true;
    if (isShown) onUnanswerable();
  });
  return {
    show(text) {
      isShown = true;
      if (isClosed) {
        onUnanswerable();
        return;
      }
      lines.setPrompt(text);
      lines.prompt(true);
    },
    hide() {
      lines.setPrompt(usual);
      if (!isShown) return;
      isShown = false;
      cursorTo(screen, 0);
      clearLine(screen, 0);
    },
  };
}
