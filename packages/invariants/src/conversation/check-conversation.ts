import type { ConversationInspection } from '@dispatch/contracts';
import { checkCalls } from './check-calls.ts';
import { checkChunks } from './check-chunks.ts';
import { checkLedger } from './check-ledger.ts';
import { checkOwners } from './check-owners.ts';
import { checkQueue } from './check-queue.ts';
import { checkSteps } from './check-steps.ts';
import { checkTurns } from './check-turns.ts';
import { checkUsage } from './check-usage.ts';
import { type Finding, reportTo } from './finding.ts';
import { readInspection } from './inspected.ts';
import { type ParsedChunk, parseChunk } from './parse-chunk.ts';

export interface CheckOptions {
  /** A running turn whose lease is over for longer, and that no host took over, is a finding. 60,000; Infinity: none is. */
  readonly leaseOverMs?: number;
  /** Messages that may wait. 100 (WIRE.md section 4). */
  readonly queueLimit?: number;
  /** `parseChunk`; a `chunkReader` where the same conversation is checked often. */
  readonly readChunk?: (json: string) => ParsedChunk;
}

/**
 * What can not be so in a conversation, as a store keeps it: empty where all is well. Pure; one pass
 * over the chunks for each kind of check. Never throws for what the data says: one fault may be told
 * by several findings, and those of one kind come in the order of the conversation.
 *
 * Source of the rules: WIRE.md section 2 ("Always true of a committed history"), and what `Store`
 * promises of turns, the ledger, the queue and leases.
 */
export function checkConversation(
  inspection: ConversationInspection,
  options: CheckOptions = {},
): readonly Finding[] {
  const { leaseOverMs = 60_000, queueLimit = 100, readChunk = parseChunk } = options;
  const findings: Finding[] = [];
  const report = reportTo(findings, inspection.conversation.conversationId);
  const inspected = readInspection(inspection, readChunk, report);
  checkChunks(inspected);
  checkCalls(inspected);
  checkTurns(inspected);
  checkSteps(inspected);
  checkUsage(inspected);
  checkOwners(inspected, leaseOverMs);
  checkQueue(inspected, queueLimit);
  checkLedger(inspected);
  return findings;
}
