import type { TurnRecord } from '@dispatch/contracts';
import type { Core } from './core.ts';
import { createEventSerializer } from './serialize-event.ts';
import { TurnLog } from './turn-log.ts';

/**
 * The end of a sealed turn whose log is gone, from its row: behind its last commit stand `done` and
 * `turn-sealed`, with the numbers that they were told with. Undefined where it is not sealed.
 */
export function rebuildSealedLog(core: Core, record: TurnRecord): TurnLog | undefined {
  const { conversationId, turnId } = record;
  if (record.end === undefined) return undefined;
  const base = record.eventNumber + 1;
  const log = new TurnLog({
    conversationId,
    turnId,
    base,
    earlierOwnerFrom: record.eventNumber,
    account: () => {},
  });
  const serialize = createEventSerializer(conversationId, turnId);
  const { finishReason, usage, durationMs, contextSize } = record.end;
  log.append(
    serialize(
      {
        type: 'done',
        finishReason,
        ...(usage === undefined ? {} : { usage }),
        durationMs,
        ...(contextSize === undefined ? {} : { contextSize }),
      },
      base,
    ),
  );
  log.append(
    serialize({ type: 'turn-sealed', lastSeq: record.lastSeq ?? record.messageSeq }, base + 1),
  );
  log.committedSeq = record.lastSeq ?? record.messageSeq;
  log.close(core.runtime.now());
  return log;
}
