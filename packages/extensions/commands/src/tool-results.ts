import { isCodedError } from '@dispatch/contracts';
import { errorResult, type ToolResult } from '@dispatch/kernel';

export function unknownCommand(commandId: string): ToolResult {
  return errorResult(
    `This conversation has no command ${JSON.stringify(commandId)} in the background: command_list names those that it has.`,
  );
}

/** What the store refuses is for the model to read. */
export async function explained(run: () => Promise<ToolResult>): Promise<ToolResult> {
  try {
    return await run();
  } catch (error) {
    if (isCodedError(error)) return errorResult(error.message);
    throw error;
  }
}
