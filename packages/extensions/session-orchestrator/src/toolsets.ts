import type { Contribution, ConversationMode, ToolSelection } from '@dispatch/contracts';
import { createToolset, type Tool, type Toolset } from '@dispatch/kernel';

/** How many selections are kept; the one that was made first goes. */
const maxKept = 32;

export type OfferTools = (
  mode: ConversationMode | undefined,
  selection: ToolSelection | undefined,
) => Toolset;

/** What turns offer. Turns that ask for the same get the same toolset: it is described once, not once a turn. */
export function createToolsets(tools: readonly Contribution<Tool>[]): OfferTools {
  const kept = new Map<string, Toolset>();
  return (mode, selection) => {
    const key = JSON.stringify([mode === 'read-only', selection?.only, selection?.without]);
    const known = kept.get(key);
    if (known !== undefined) return known;
    const toolset = createToolset(selectTools(tools, mode, selection));
    const [first] = kept.keys();
    if (first !== undefined && kept.size === maxKept) kept.delete(first);
    kept.set(key, toolset);
    return toolset;
  };
}

/** The tools that a turn offers (WIRE.md section 4), in the order of their contribution. The first of a name wins. */
function selectTools(
  tools: readonly Contribution<Tool>[],
  mode: ConversationMode | undefined,
  selection: ToolSelection | undefined,
): Tool[] {
  const only = selection?.only?.map(namePattern);
  const without = selection?.without?.map(namePattern) ?? [];
  const names = new Set<string>();
  const selected: Tool[] = [];
  for (const { value: tool } of tools) {
    if (mode === 'read-only' && tool.effect !== 'pure') continue;
    if (only !== undefined && !only.some((pattern) => pattern.test(tool.name))) continue;
    if (without.some((pattern) => pattern.test(tool.name))) continue;
    if (names.has(tool.name)) continue;
    names.add(tool.name);
    selected.push(tool);
  }
  return selected;
}

function namePattern(name: string): RegExp {
  const source = name.split('*').map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return new RegExp(`^${source.join('.*')}$`);
}
