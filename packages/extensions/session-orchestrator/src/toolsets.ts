import type { Contribution, ConversationMode, ToolSelection } from '@dispatch/contracts';
import { createToolset, type Tool, type Toolset } from '@dispatch/kernel';
import { selectTools } from './tool-selection.ts';

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
