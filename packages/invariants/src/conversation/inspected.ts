import type { ConversationInspection, InspectedTurn, StoredChunk } from '@dispatch/contracts';
import type { Chunk } from '@dispatch/wire';
import type { Report } from './finding.ts';
import type { ParsedChunk } from './parse-chunk.ts';

/** A chunk with its place, read; `chunk` is absent where it could not be. */
export interface ReadChunk {
  readonly stored: StoredChunk;
  readonly chunk?: Chunk;
}

/** What the checks share: made once for a conversation. */
export interface Inspected {
  readonly inspection: ConversationInspection;
  readonly chunks: readonly ReadChunk[];
  /** The last of `chunks`, by place: what every range has to end at. */
  readonly lastSeq: number;
  readonly running: readonly InspectedTurn[];
  readonly report: Report;
}

/** Reads the chunks of an inspection; what can not be read is reported here. */
export function readInspection(
  inspection: ConversationInspection,
  readChunk: (json: string) => ParsedChunk,
  report: Report,
): Inspected {
  const chunks = inspection.chunks.map((stored): ReadChunk => {
    const parsed = readChunk(stored.json);
    if (parsed.ok) return { stored, chunk: parsed.chunk };
    report('chunk-invalid', `The chunk can not be read: ${parsed.problem}`, placeOf(stored));
    return { stored };
  });
  const running = inspection.turns.filter((turn) => turn.state === 'running');
  return { inspection, chunks, lastSeq: chunks.length, running, report };
}

export function placeOf({ turnId, seq }: StoredChunk) {
  return { turnId, seq };
}
