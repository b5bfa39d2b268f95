import type { ToolDefinition } from './provider.ts';
import type { Tool } from './tool.ts';

/** Tools as the model is told them: made once for any number of turns, also at the same time. */
export interface Toolset {
  /** By name, in the order that the model is told them. */
  readonly tools: ReadonlyMap<string, Tool>;
  /** The same array for as long as the toolset lives, so that a provider encodes it once. */
  readonly definitions: readonly ToolDefinition[];
  /** The definitions as JSON. */
  readonly text: string;
}

/** Names are unique. */
export function createToolset(tools: readonly Tool[]): Toolset {
  const definitions = tools.map(({ name, description, inputSchema }) => ({
    name,
    description,
    inputSchema,
  }));
  return {
    tools: new Map(tools.map((tool) => [tool.name, tool])),
    definitions,
    text: JSON.stringify(definitions),
  };
}
