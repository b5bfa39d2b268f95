import type { Store } from '@dispatch/contracts';
import { readChunks } from './chunks.ts';
import { commitSteering } from './commit-steering.ts';
import { createCommitStep } from './commit-steps.ts';
import { deleteSurplusConversations, measureConversations } from './conversation-sizes.ts';
import {
  listConversationIds,
  listConversations,
  readConversation,
  updateConversation,
} from './conversations.ts';
import { deleteConversation, deleteIdleConversations } from './delete-conversations.ts';
import { forkConversation } from './fork-conversation.ts';
import { inspectConversation } from './inspection.ts';
import { claimTurns, releaseTurn, renewLeases, requestAbort, wakeTurn } from './leases.ts';
import { createLedger } from './ledger.ts';
import type { Queries } from './queries.ts';
import {
  dropIdempotencyKeys,
  enqueue,
  listQueue,
  listStrandedQueues,
  removeQueued,
} from './queue.ts';
import { sealTurn } from './seal-turn.ts';
import { createStartTurn } from './start-turns.ts';
import { readLastTurn, readTurn, readTurnMetrics } from './turns.ts';
import { readHeads, readView } from './view.ts';

/** The store, over a database whose schema is there. Two connections are left to what is not made alone. */
export function createStore(queries: Queries, maxConnections: number): Store {
  const maxAlone = Math.max(1, maxConnections - 2);
  return {
    ping: () => queries.ping(),
    readConversation: (id) => readConversation(queries, id),
    listConversations: (query) => listConversations(queries, query),
    updateConversation: (id, patch, at) => updateConversation(queries, id, patch, at),
    deleteConversation: (id) => deleteConversation(queries, id),
    forkConversation: (fork) => forkConversation(queries, fork),
    readChunks: (query) => queries.call(() => readChunks(queries, query)),
    readHeads: (ids) => readHeads(queries, ids),
    readView: (query) => readView(queries, query),
    startTurn: createStartTurn(queries, maxAlone),
    commitStep: createCommitStep(queries, maxAlone),
    commitSteering: (lease, at, eventNumber) => commitSteering(queries, lease, at, eventNumber),
    sealTurn: (seal) => sealTurn(queries, seal),
    ...createLedger(queries),
    requestAbort: (id, turnId) => requestAbort(queries, id, turnId),
    renewLeases: (owner, leaseMs) => renewLeases(queries, owner, leaseMs),
    claimTurns: (claim) => claimTurns(queries, claim),
    releaseTurn: (lease, waitMs) => releaseTurn(queries, lease, waitMs),
    wakeTurn: (conversationId, turnId) => wakeTurn(queries, conversationId, turnId),
    readTurn: (id, turnId) => readTurn(queries, id, turnId),
    readLastTurn: (id) => readLastTurn(queries, id),
    readTurnMetrics: (id) => readTurnMetrics(queries, id),
    enqueue: (record) => enqueue(queries, record),
    listQueue: (id) => listQueue(queries, id),
    removeQueued: (id, queueId) => removeQueued(queries, id, queueId),
    listStrandedQueues: (limit) => listStrandedQueues(queries, limit),
    dropIdempotencyKeys: (before) => dropIdempotencyKeys(queries, before),
    deleteIdleConversations: (before, limit) => deleteIdleConversations(queries, before, limit),
    measureConversations: (limit, afterId) => measureConversations(queries, limit, afterId),
    deleteSurplusConversations: (keep, limit) => deleteSurplusConversations(queries, keep, limit),
    listConversationIds: (limit, afterId) => listConversationIds(queries, limit, afterId),
    inspectConversation: (id) => inspectConversation(queries, id),
  };
}
