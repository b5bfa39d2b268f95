import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  customType,
  index,
  integer,
  pgSchema,
  primaryKey,
  timestamp,
  uniqueIndex,
} from 'drizzle-orm/pg-core';

/**
 * The one schema. Whatever a client wrote is `text`, most of it JSON text: `jsonb` can not hold
 * U+0000, and would not give back the same bytes. Times are epoch milliseconds.
 *
 * Only the tables of `records`, of blobs and of sizes refer to `conversations` by a key: all else of a
 * conversation is written under the lock of its row, and removed with it.
 */
export const dispatch = pgSchema('dispatch');

/** Compared byte by byte, whatever the database's locale: the order of code points. */
const text = customType<{ data: string }>({ dataType: () => 'text collate "C"' });
const bytea = customType<{ data: Uint8Array }>({ dataType: () => 'bytea' });

export const conversations = dispatch.table(
  'conversations',
  {
    id: text().primaryKey(),
    workspaceId: text('workspace_id'),
    parentId: text('parent_id'),
    /** JSON: settings, title, workspace. */
    details: text().notNull(),
    createdAt: bigint('created_at', { mode: 'number' }).notNull(),
    updatedAt: bigint('updated_at', { mode: 'number' }).notNull(),
    lastSeq: integer('last_seq').notNull().default(0),
    /** Messages that wait, and the number of the last one that ever did. */
    queueCount: integer('queue_count').notNull().default(0),
    queueLast: integer('queue_last').notNull().default(0),
    turnCount: integer('turn_count').notNull().default(0),
    /** The newest turn. What follows is the running turn's: one row to lock, and the fence of each of its writes. */
    turnId: text('turn_id'),
    isRunning: boolean('is_running').notNull().default(false),
    owner: text(),
    epoch: integer(),
    leaseUntil: timestamp('lease_until', { withTimezone: true }),
    attempts: integer(),
    steps: integer(),
    eventNumber: bigint('event_number', { mode: 'number' }),
    isAbortRequested: boolean('is_abort_requested').notNull().default(false),
  },
  (table) => [
    index('conversations_newest').on(table.updatedAt, table.id),
    index('conversations_of_workspace').on(table.workspaceId, table.updatedAt, table.id),
    index('conversations_running').on(table.owner).where(sql`is_running`),
    index('conversations_stranded').on(table.id).where(sql`queue_count > 0 and not is_running`),
  ],
);

export const chunks = dispatch.table(
  'chunks',
  {
    conversationId: text('conversation_id').notNull(),
    seq: integer().notNull(),
    turnId: text('turn_id').notNull(),
    role: text().notNull(),
    createdAt: bigint('created_at', { mode: 'number' }).notNull(),
    json: text().notNull(),
    /** Of a tool call. */
    callId: text('call_id'),
  },
  (table) => [
    primaryKey({ columns: [table.conversationId, table.seq] }),
    uniqueIndex('chunks_call')
      .on(table.conversationId, table.callId)
      .where(sql`call_id is not null`),
  ],
);

export const turns = dispatch.table(
  'turns',
  {
    conversationId: text('conversation_id').notNull(),
    turnId: text('turn_id').notNull(),
    /** Its number in the conversation, from 1. */
    position: integer().notNull(),
    /** JSON: model, settings, origin. */
    details: text().notNull(),
    previousSeq: integer('previous_seq').notNull(),
    messageSeq: integer('message_seq').notNull(),
    startedAt: bigint('started_at', { mode: 'number' }).notNull(),
    /** What follows is set when it is sealed; until then the conversation holds it. */
    owner: text(),
    epoch: integer(),
    steps: integer(),
    eventNumber: bigint('event_number', { mode: 'number' }),
    lastSeq: integer('last_seq'),
    /** JSON. */
    endJson: text('end_json'),
  },
  (table) => [primaryKey({ columns: [table.conversationId, table.turnId] })],
);

export const steps = dispatch.table(
  'steps',
  {
    conversationId: text('conversation_id').notNull(),
    turnId: text('turn_id').notNull(),
    stepIndex: integer('step_index').notNull(),
    epoch: integer().notNull(),
    lastSeq: integer('last_seq').notNull(),
    /** JSON. */
    metrics: text().notNull(),
  },
  (table) => [primaryKey({ columns: [table.conversationId, table.turnId, table.stepIndex] })],
);

export const ledger = dispatch.table(
  'ledger',
  {
    conversationId: text('conversation_id').notNull(),
    /** Empty: the step's response. */
    /** What is of another step than the one under way came too late, and is no more. */
    stepId: text('step_id').notNull().default(''),
    callId: text('call_id').notNull(),
    /** The name of a durable tool's step; empty: the call itself. */
    toolStep: text('tool_step').notNull().default(''),
    /** The order in which they were recorded first. */
    number: bigint({ mode: 'number' }).notNull().generatedAlwaysAsIdentity(),
    json: text(),
  },
  (table) => [
    primaryKey({ columns: [table.conversationId, table.stepId, table.callId, table.toolStep] }),
  ],
);

export const queue = dispatch.table(
  'queue',
  {
    conversationId: text('conversation_id').notNull(),
    queueId: text('queue_id').notNull(),
    position: integer().notNull(),
    /** The order in the conversation. */
    number: integer().notNull(),
    messageJson: text('message_json').notNull(),
    /** JSON. */
    chunks: text().notNull(),
    createdAt: bigint('created_at', { mode: 'number' }).notNull(),
    /** Set when it was delivered: kept until the next ones are, to answer a lost reply. */
    takenTurnId: text('taken_turn_id'),
    takenEvent: bigint('taken_event', { mode: 'number' }),
  },
  (table) => [primaryKey({ columns: [table.conversationId, table.queueId] })],
);

export const idempotencyKeys = dispatch.table(
  'idempotency_keys',
  {
    conversationId: text('conversation_id').notNull(),
    /** `turn` or `queue`. */
    kind: text().notNull(),
    key: text().notNull(),
    /** The turn, or the queued message, that it stands for. */
    id: text().notNull(),
    position: integer().notNull(),
    createdAt: bigint('created_at', { mode: 'number' }).notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.conversationId, table.kind, table.key] }),
    index('idempotency_keys_age').on(table.createdAt),
  ],
);

const ofConversation = () =>
  text('conversation_id').references(() => conversations.id, { onDelete: 'cascade' });

export const records = dispatch.table(
  'records',
  {
    namespace: text().notNull(),
    key: text().notNull(),
    json: text().notNull(),
    version: integer().notNull(),
    conversationId: ofConversation(),
  },
  (table) => [
    primaryKey({ columns: [table.namespace, table.key] }),
    index('records_of_conversation').on(table.conversationId),
  ],
);

/** What conversations hold, as it was counted in the background when they were as they are noted here. */
export const conversationSizes = dispatch.table('conversation_sizes', {
  conversationId: ofConversation().primaryKey(),
  updatedAt: bigint('updated_at', { mode: 'number' }).notNull(),
  lastSeq: integer('last_seq').notNull(),
  /** Up to `lastSeq`: chunks are only ever added. */
  chunkBytes: bigint('chunk_bytes', { mode: 'number' }).notNull(),
  /** With all else that is counted. */
  bytes: bigint({ mode: 'number' }).notNull(),
});

export const blobs = dispatch.table(
  'blobs',
  {
    id: text().primaryKey(),
    conversationId: ofConversation(),
    mediaType: text('media_type').notNull(),
    name: text(),
    size: integer().notNull(),
    createdAt: bigint('created_at', { mode: 'number' }).notNull(),
    bytes: bytea().notNull(),
  },
  (table) => [index('blobs_of_conversation').on(table.conversationId)],
);

/** Whose a blob is beside the conversation that its own row names. */
export const blobShares = dispatch.table(
  'blob_shares',
  {
    blobId: text('blob_id')
      .notNull()
      .references(() => blobs.id, { onDelete: 'cascade' }),
    conversationId: ofConversation().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.blobId, table.conversationId] }),
    index('blob_shares_of_conversation').on(table.conversationId),
  ],
);
