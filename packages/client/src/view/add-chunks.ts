import type { StoredChunk } from '@dispatch/wire';
import { joinSteps } from './call-item.ts';
import type { ConversationView, TurnItem, TurnView } from './conversation-view.ts';
import { turnsOfChunks } from './turns-of-chunks.ts';

/**
 * The view with committed chunks that it did not hold: older history, or what `missing` names (all
 * of an entry at once). Chunks that it holds already are left out.
 *
 * @param chunks  Ascending by `seq`.
 */
export function addChunks(
  view: ConversationView,
  chunks: readonly StoredChunk[],
): ConversationView {
  let next = addOlder(view, chunks);
  for (const range of view.missing) {
    const found = chunks.filter(({ seq }) => seq > range.afterSeq && seq <= range.throughSeq);
    if (found.length === 0) continue;
    const turns = turnsOfChunks(found);
    // The turn that began with these chunks is the one that follows them.
    const turnId = turns.at(-1)?.turnId;
    const place = next.turns.findIndex((turn) => turn.turnId === turnId);
    const split = place === -1 ? next.turns.length : place;
    next = {
      ...next,
      turns: join(join(next.turns.slice(0, split), turns), next.turns.slice(split)),
      firstSeq: next.firstSeq ?? found[0]?.seq ?? null,
      missing: next.missing.filter((other) => other !== range),
    };
  }
  return next;
}

function addOlder(view: ConversationView, chunks: readonly StoredChunk[]): ConversationView {
  const { firstSeq } = view;
  if (firstSeq === null) return view;
  const older = chunks.filter(({ seq }) => seq < firstSeq);
  const [first] = older;
  if (first === undefined) return view;
  return { ...view, turns: join(turnsOfChunks(older), view.turns), firstSeq: first.seq };
}

/** One list after the other; a turn that both hold a part of becomes one. */
function join(before: readonly TurnView[], after: readonly TurnView[]): readonly TurnView[] {
  const last = before.at(-1);
  const [first, ...rest] = after;
  if (last === undefined || first === undefined || last.turnId !== first.turnId) {
    return [...before, ...after];
  }
  return [
    ...before.slice(0, -1),
    { ...last, ...first, items: joinItems(last.items, first.items) },
    ...rest,
  ];
}

function joinItems(before: readonly TurnItem[], after: readonly TurnItem[]): readonly TurnItem[] {
  const last = before.at(-1);
  const [first, ...rest] = after;
  return last?.type === 'step' && first?.type === 'step' && last.stepId === first.stepId
    ? [...before.slice(0, -1), joinSteps(last, first), ...rest]
    : [...before, ...after];
}
