import type { Blobs, ConversationInspection, Records, Store } from '@dispatch/contracts';
import { createFaultGate, type StoreFaults, type StoreHooks } from './fault-gate.ts';
import { inspectConversation } from './inspection.ts';
import type { ConversationState, MemoryState } from './state.ts';
import { createBlobs, createRecords, createStore, type StoreGate } from './views.ts';

export interface MemoryStoreOptions extends StoreHooks {
  /** The store's own clock, in milliseconds: what leases are measured with. Default: stands at 0 and goes by `advance`. */
  readonly now?: () => number;
}

/** A store with all that shares its state. */
export interface MemoryView {
  readonly store: Store;
  readonly records: Records;
  readonly blobs: Blobs;
}

export interface MemoryStore extends MemoryView, StoreFaults {
  /** Sets the default clock forward. */
  advance(ms: number): void;
}

/** One state in memory, and any number of stores on it. */
export interface MemoryDatabase {
  /** All calls of this view pass its gate, as those of a host pass the network between. */
  view(gate: StoreGate): MemoryView;
  /** As it is now, past all gates. */
  inspect(conversationId: string): ConversationInspection | undefined;
  /** What is kept itself, for who looks after each change: it goes on changing. */
  peek(conversationId: string): Readonly<ConversationState> | undefined;
  /** In bytes; undefined where there is none. */
  sizeOfBlob(blobId: string): number | undefined;
}

/**
 * A store, its records and its blobs in memory, for tests and simulations. Deterministic: same
 * calls, same clock, same answers. Every method is one atomic change.
 */
export function memoryStore(options: MemoryStoreOptions = {}): MemoryStore {
  let elapsedMs = 0;
  const { gate, faults } = createFaultGate(options);
  const database = memoryDatabase(options.now ?? (() => elapsedMs));
  return {
    ...database.view(gate),
    ...faults,
    advance: (ms) => {
      elapsedMs += ms;
    },
  };
}

/** What several hosts share, each by a view of its own. `now` is the store's own clock, in milliseconds. */
export function memoryDatabase(now: () => number): MemoryDatabase {
  const state: MemoryState = {
    conversations: new Map(),
    records: new Map(),
    blobs: new Map(),
    sizes: new Map(),
    now,
  };
  return {
    view: (gate) => ({
      store: createStore(state, gate),
      records: createRecords(state, gate),
      blobs: createBlobs(state, gate),
    }),
    inspect: (conversationId) => inspectConversation(state, conversationId),
    peek: (conversationId) => state.conversations.get(conversationId),
    sizeOfBlob: (blobId) => state.blobs.get(blobId)?.bytes.length,
  };
}
