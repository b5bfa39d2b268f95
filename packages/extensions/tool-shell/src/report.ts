import type { CommandExit } from '@dispatch/contracts';
import type { ContentPart, ToolResult } from '@dispatch/kernel';

/** How a call ended. */
export type Ending =
  | { readonly type: 'exit'; readonly exit: CommandExit; readonly leftRunning: boolean }
  | { readonly type: 'timeout'; readonly afterMs: number }
  /** `isSent`: not the model had it go there. */
  | { readonly type: 'background'; readonly commandId: string; readonly isSent: boolean }
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
  switch (ending.type) {
    case 'abort':
      return { words: 'aborted: the command and what it had started were stopped', isError: true };
    case 'timeout':
      return {
        words: `timed out after ${ending.afterMs} ms: the command and what it had started were stopped; give it a longer timeoutMs, or run it with background: true`,
        isError: true,
      };
    case 'background':
      return {
        words: `${ending.isSent ? 'somebody had it go on without this call; ' : ''}it runs in the background as ${ending.commandId}: command_output reads on, command_stop ends it`,
        isError: false,
      };
    case 'exit':
      return describeExit(ending.exit, ending.leftRunning);
  }
}

function describeExit(exit: CommandExit, leftRunning: boolean) {
  if ('failure' in exit) return { words: `the command failed: ${exit.failure}`, isError: true };
  const rest = leftRunning ? '; processes that it started are still running' : '';
  return 'code' in exit
    ? { words: `exit code ${exit.code}${rest}`, isError: false }
    : { words: `ended by ${exit.signal}${rest}`, isError: true };
}

function endLine(output: string): string {
  return output.endsWith('\n') ? output : `${output}\n`;
}
