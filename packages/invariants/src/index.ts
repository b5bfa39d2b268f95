export { type CheckOptions, checkConversation } from './conversation/check-conversation.ts';
export type { Finding } from './conversation/finding.ts';
export { type FindingCode, findingCatalog } from './conversation/finding-catalog.ts';
export { chunkReader, type ParsedChunk } from './conversation/parse-chunk.ts';
export { compareWithHistory, type HistoryChunk } from './stream/compare-with-history.ts';
export {
  createStreamChecker,
  type JoinPlace,
  type StreamChecker,
} from './stream/stream-checker.ts';
export type { StreamEvent, ToldStep, ToldTurn } from './stream/stream-event.ts';
export {
  type StreamViolation,
  type StreamViolationCode,
  streamViolations,
} from './stream/violation.ts';
