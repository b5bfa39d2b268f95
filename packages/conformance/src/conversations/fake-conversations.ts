import type {
  Conversation,
  ConversationChange,
  Conversations,
  MessageView,
  ModelList,
  Runtime,
  ToolInfo,
  TurnMetrics,
} from '@dispatch/contracts';
import type { Chunk, FinishReason, Role, TurnEvent, UserInput } from '@dispatch/kernel';
import { virtualRuntime } from '../runtime/virtual-runtime.ts';
import { createFakeCommands } from './fake-commands.ts';
import { createFakeReading } from './fake-reading.ts';
import { createFakeState, type FakeState } from './fake-state.ts';

/** A method of `Conversations`, as it was called. */
export interface FakeCall {
  readonly method: keyof Conversations;
  readonly arguments: readonly unknown[];
}

/**
 * The contract `conversations` in memory, for tests of what stands on it. It runs no model: a test
 * says what a turn tells (`emit`), commits and when it ends (`finish`). Events are numbered and kept
 * as a host keeps them, so cursors, snapshots and resyncs are real.
 */
export interface FakeConversations extends Conversations {
  /** In the order in which they were called. */
  readonly calls: readonly FakeCall[];
  /** The next call of `method` rejects with `error`, or throws it where the method is not async. */
  failNext(method: keyof Conversations, error: Error): void;
  /** The next call of `method` waits until the returned function is called. */
  holdNext(method: AsyncMethod): () => void;
  /** Adds events to the running turn, or the last one. Returns the cursor after them. */
  emit(conversationId: string, ...events: readonly TurnEvent[]): string;
  /** Adds chunks of the running turn, or the last one, without telling. Returns `lastSeq`. */
  commit(conversationId: string, ...chunks: readonly { role: Role; chunk: Chunk }[]): number;
  /** Emits `done` and `turn-sealed`; what is queued then starts the next turn. */
  finish(conversationId: string, finishReason?: FinishReason): void;
  /** Drops a turn's events, as a host does some time after its seal. */
  forget(turnId: string): void;
  setReady(isReady: boolean): void;
  /** How many followers are open. */
  openFollowers(): number;
  /** How many listen to `watch`. */
  watchers(): number;
}

export type AsyncMethod = Exclude<keyof Conversations, 'watch' | 'tools'>;

export interface FakeConversationsOptions {
  /** A virtual one of its own unless given. */
  readonly runtime?: Pick<Runtime, 'wallNow' | 'newId'>;
  /** Bytes of a turn's events that are kept. 16 MiB. */
  readonly windowBytes?: number;
  readonly models?: ModelList;
  readonly tools?: readonly ToolInfo[];
  /** What `metrics` answers, of every conversation. */
  readonly metrics?: readonly TurnMetrics[];
  /** Called at each start of a turn, before `startTurn` resolves: what it emits is there at once. */
  readonly onTurn?: (turn: FakeTurn, conversations: FakeConversations) => void;
}

/** A turn that has just been started. */
export interface FakeTurn {
  readonly conversationId: string;
  readonly turnId: string;
  readonly message: UserInput | undefined;
}

export function fakeConversations(options: FakeConversationsOptions = {}): FakeConversations {
  const runtime = options.runtime ?? virtualRuntime();
  const calls: FakeCall[] = [];
  const failures = new Map<string, Error[]>();
  const holds = new Map<string, Promise<void>[]>();
  let isReady = true;

  const state: FakeState = createFakeState({
    runtime,
    windowBytes: options.windowBytes ?? 16 * 1024 * 1024,
    onTurn: (turn) => options.onTurn?.(turn, fake),
  });
  const commands = createFakeCommands(state);
  const reading = createFakeReading(state, options.metrics ?? []);

  const called = (method: keyof Conversations, ...args: readonly unknown[]) => {
    calls.push({ method, arguments: args });
    const failure = failures.get(method)?.shift();
    if (failure !== undefined) throw failure;
  };
  const run = async <T>(
    method: AsyncMethod,
    args: readonly unknown[],
    work: () => T | Promise<T>,
  ): Promise<T> => {
    called(method, ...args);
    await holds.get(method)?.shift();
    return work();
  };

  const fake: FakeConversations = {
    calls,
    failNext: (method, error) => {
      failures.set(method, [...(failures.get(method) ?? []), error]);
    },
    holdNext(method) {
      const { promise, resolve } = Promise.withResolvers<void>();
      holds.set(method, [...(holds.get(method) ?? []), promise]);
      return resolve;
    },
    emit: (conversationId, ...events) => state.emit(conversationId, events),
    commit: (conversationId, ...chunks) => state.commit(conversationId, chunks),
    finish: (conversationId, finishReason = 'stop') => state.finish(conversationId, finishReason),
    forget: (turnId) => state.forget(turnId),
    setReady: (ready) => {
      isReady = ready;
    },
    openFollowers: () => reading.openFollowers(),
    watchers: () => state.listeners.size,

    startTurn: (request) => run('startTurn', [request], () => commands.startTurn(request)),
    queueMessage: (request) => run('queueMessage', [request], () => commands.queueMessage(request)),
    listQueue: (id) => run('listQueue', [id], () => state.find(id).queue),
    removeQueued: (id, queueId) =>
      run('removeQueued', [id, queueId], () => commands.removeQueued(id, queueId)),
    abort: (id) => run('abort', [id], () => commands.abort(id)),
    readMessages: (query): Promise<MessageView> =>
      run('readMessages', [query], () => reading.readMessages(query)),
    followTurn: (request) => run('followTurn', [request], () => reading.followTurn(request)),
    subscribe: (request) => run('subscribe', [request], () => reading.subscribe(request)),
    list: (query) => run('list', [query], () => reading.list(query)),
    get: (id) => run('get', [id], (): Conversation => state.view(state.find(id))),
    update: (id, patch) => run('update', [id, patch], () => commands.update(id, patch)),
    remove: (id) => run('remove', [id], () => commands.remove(id)),
    removeIdle: (before, limit) =>
      run('removeIdle', [before, limit], () => commands.removeIdle(before, limit)),
    removeSurplus: (keep, limit) =>
      run('removeSurplus', [keep, limit], () => commands.removeSurplus(keep, limit)),
    fork: (id, atSeq) => run('fork', [id, atSeq], () => commands.fork(id, atSeq)),
    metrics: (id) => run('metrics', [id], () => reading.metrics(id)),
    watch(listener: (change: ConversationChange) => void) {
      called('watch');
      state.listeners.add(listener);
      return () => state.listeners.delete(listener);
    },
    models: () => run('models', [], () => options.models ?? { models: [], default: null }),
    tools() {
      called('tools');
      return options.tools ?? [];
    },
    isReady: () => run('isReady', [], () => isReady),
  };
  return fake;
}
