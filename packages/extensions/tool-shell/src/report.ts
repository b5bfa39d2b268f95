import type { ContentPart, ToolResult } from '@dispatch/kernel';
import type { Exit } from './command.ts';

/** How a call ended. */
export type Ending =
  | { readonly type: 'exit'; readonly exit: Exit; readonly leftRunning: boolean }
  | { readonly type: 'timeout'; readonly afterMs: number }
  | { readonly type: 'abort' };

/**
 * What the model is told: what was printed, as a part of its own, then how it ended. A command that
 * ran to its end is no error of the tool, whatever its exit code: a search that finds nothing and
 * a test that fails are answers. Pure.
 */
export function report(output: string, ending: Ending): ToolResult {
  const { words, isError } = describe(ending);
  const content: ContentPart[] = [{ type: 'text', text: words }];
  if (output !== '') content.unshift({ type: 'text', text: endLine(output) });
  return isError ? { content, isError } : { content };
}

function describe(ending: Ending): { readonly words: string; readonly isError: boolean } {
  if (ending.type === 'abort') {
    return { words: 'aborted: the command and what it had started were stopped', isError: true };
  }
  if (ending.type === 'timeout') {
    return {
      words: `timed out after ${ending.afterMs} ms: the command and what it had started were stopped`,
      isError: true,
    };
  }
  const { exit, leftRunning } = ending;
  if ('failure' in exit) {
    return { words: `the command could not be started: ${exit.failure}`, isError: true };
  }
  const rest = leftRunning ? '; processes that it started are still running' : '';
  return 'code' in exit
    ? { words: `exit code ${exit.code}${rest}`, isError: false }
    : { words: `ended by ${exit.signal}${rest}`, isError: true };
}

function endLine(output: string): string {
  return output.endsWith('\n') ? output : `${output}\n`;
}
