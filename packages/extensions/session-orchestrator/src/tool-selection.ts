import type { Contribution, ConversationMode, ToolSelection } from '@dispatch/contracts';
import type { Tool } from '@dispatch/kernel';

/** The tools that a turn offers (WIRE.md section 4), in the order of their contribution. The first of a name wins. */
export function selectTools(
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
