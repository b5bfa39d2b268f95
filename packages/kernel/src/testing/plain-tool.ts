import type { JsonValue } from '../json.ts';
import {
  defineTool,
  type Tool,
  type ToolContext,
  type ToolOptions,
  type ToolResult,
  textResult,
} from '../tool.ts';

/** A tool that takes any object and answers `done`, but for what a test wants to say itself. */
export function plainTool(
  parts: Partial<Omit<ToolOptions<JsonValue>, 'run'>> & {
    /** Text is a result of that text. */
    readonly run?: (
      input: JsonValue,
      context: ToolContext,
    ) => Promise<ToolResult | string> | ToolResult | string;
  } = {},
): Tool {
  const { run = () => 'done', ...rest } = parts;
  return defineTool<JsonValue>({
    name: 'plain',
    description: 'Does what a test says.',
    inputSchema: { type: 'object' },
    parse: (input) => input,
    ...rest,
    async run(input, context) {
      const result = await run(input, context);
      return typeof result === 'string' ? textResult(result) : result;
    },
  });
}
