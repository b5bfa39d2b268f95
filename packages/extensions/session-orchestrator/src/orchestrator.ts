import type {
  Approvals,
  Blobs,
  Bus,
  ComputerSource,
  Contribution,
  Conversations,
  Runtime,
  Store,
  TurnEventSource,
  Workspaces,
} from '@dispatch/contracts';
import {
  type Logger,
  type Provider,
  type Redactor,
  standardRetry,
  type Tool,
  type TurnHooks,
} from '@dispatch/kernel';
import { Actors } from './actors.ts';
import { createConsentPolicy } from './consent-policy.ts';
import { ConversationWatch } from './conversation-watch.ts';
import type { Core } from './core.ts';
import { EventLogs } from './event-logs.ts';
import { suspendTurn, wakeTurn } from './finish-turn.ts';
import { fork } from './forking.ts';
import { heardFromHost } from './hosts/hear.ts';
import { Hosts } from './hosts/hosts.ts';
import { guardLeases, maintain } from './leases.ts';
import { Models } from './models.ts';
import type { OrchestratorOptions } from './options.ts';
import { refuseUnknownPlaces } from './places.ts';
import { listQueue, queueMessage, removeQueued } from './queueing.ts';
import { conversationNotFound, followTurn, readMessages, subscribe } from './reading.ts';
import { recover, takeUp } from './recovery.ts';
import { abortTurn, removeConversation, removed } from './removal.ts';
import { startQueued, startTurn } from './start-turn.ts';
import { createToolsets } from './toolsets.ts';
import { wellFormed } from './well-formed.ts';

export interface OrchestratorDependencies {
  readonly options: OrchestratorOptions;
  readonly store: Store;
  readonly blobs: Blobs;
  /** Absent: no other host shares the store. */
  readonly bus?: Bus;
  readonly runtime: Runtime;
  readonly logger: Logger;
  readonly redactor: Redactor;
  readonly providers: readonly Contribution<Provider>[];
  readonly tools: readonly Contribution<Tool>[];
  readonly hooks: readonly Contribution<TurnHooks>[];
  /** Absent: there is nobody to ask, and `options.approvals` decides alone. */
  readonly approvals?: Approvals;
  readonly workspaces?: Workspaces;
  readonly computers?: readonly Contribution<ComputerSource>[];
  readonly turnEvents?: readonly Contribution<TurnEventSource>[];
}

export interface Orchestrator {
  readonly conversations: Conversations;
  /** Takes up what was running before, then keeps leases alive. Rejects where the store does not answer. */
  start(): Promise<void>;
  /** Takes no new turn; those that run get `shutdownGraceMs` to commit their step, the rest is left resumable. */
  drain(): Promise<void>;
  /** Ends the background work. */
  stop(): Promise<void>;
  /** What is held in memory now: for those who watch that it stays bounded. */
  sizes(): OrchestratorSizes;
}

export interface OrchestratorSizes {
  readonly conversations: number;
  readonly logs: number;
  readonly logBytes: number;
  readonly mirrors: number;
  readonly feeds: number;
  readonly runningTurns: number;
}

/** How long a start waits for the bus. */
const busDeadlineMs = 2000;

/** Makes the life of turns in conversations, on a store. */
export function createOrchestrator(dependencies: OrchestratorDependencies): Orchestrator {
  const { options, store, runtime, logger, providers, tools, approvals } = dependencies;
  const stopping = runtime.newAbortController();
  const actors = new Actors();
  const logs = new EventLogs(options.eventLogMb * 1024 * 1024, (log) => {
    const actor = actors.get(log.conversationId);
    if (actor !== undefined) actors.release(actor);
  });
  const watch = new ConversationWatch(runtime, (id) => store.readConversation(id));
  const core: Core = {
    options,
    store,
    blobs: dependencies.blobs,
    runtime,
    logger,
    redactor: dependencies.redactor,
    models: new Models({
      providers,
      aliases: options.models,
      defaultModel: options.defaultModel,
      runtime,
      logger,
    }),
    offerTools: createToolsets(tools),
    hooks: [
      ...dependencies.hooks.map(({ value }) => value),
      ...(approvals === undefined ? [createConsentPolicy(options.approvals)] : []),
    ],
    approvals,
    workspaces: dependencies.workspaces,
    computers: dependencies.computers ?? [],
    retry: standardRetry({
      ...(options.retryBudgetMs === undefined ? {} : { budgetMs: options.retryBudgetMs }),
      ...(options.retryDelaysMs === undefined ? {} : { delaysMs: options.retryDelaysMs }),
    }),
    logs,
    actors,
    watch,
    hosts: new Hosts({
      bus: dependencies.bus,
      hostId: options.hostId,
      // Three times within a lease, lest one that is missed costs it.
      heartbeatMs: Math.min(options.takeoverMs, options.leaseMs / 3),
      runtime,
      logger,
      logs,
      isWatching: () => watch.isWatched,
      onMessage: (message) => heardFromHost(core, message),
    }),
    localTurns: new Set(),
    claiming: undefined,
    stopSignal: stopping.signal,
    isStopping: false,
    leasedUntil: Number.POSITIVE_INFINITY,
    takeUp: () => takeUp(core),
    startQueued: (conversationId) => void startQueued(core, conversationId),
  };
  let isRecovered = false;
  let maintaining: Promise<unknown> | undefined;
  const unsubscribes: (() => void)[] = [];

  function listen(): void {
    for (const { value } of dependencies.turnEvents ?? []) {
      unsubscribes.push(
        value.subscribe(({ conversationId, event }) =>
          actors.get(conversationId)?.live?.announce(event),
        ),
      );
    }
    if (approvals === undefined) return;
    unsubscribes.push(
      approvals.onAnswered(({ conversationId, turnId }) => {
        wakeTurn(core, conversationId, turnId).catch((error: unknown) => {
          const attributes = { conversationId, turnId, error: String(error) };
          logger.warn('a turn could not be woken yet', attributes);
        });
      }),
    );
  }

  const conversations: Conversations = {
    startTurn: (request) => startTurn(core, request),
    queueMessage: (request) => queueMessage(core, request),
    listQueue: (conversationId) => existing(conversationId, () => listQueue(core, conversationId)),
    removeQueued: (conversationId, queueId) =>
      existing(conversationId, () => removeQueued(core, conversationId, queueId)),
    abort: (conversationId) => existing(conversationId, () => abortTurn(core, conversationId)),
    readMessages: (query) => readMessages(core, query),
    followTurn: (request) => followTurn(core, request),
    subscribe: (request) => subscribe(core, request),
    list: (query) => store.listConversations(query),
    async get(conversationId) {
      const conversation = await store.readConversation(conversationId);
      if (conversation === undefined) throw conversationNotFound(conversationId);
      return conversation;
    },
    async update(conversationId, patch) {
      await refuseUnknownPlaces(core, patch);
      if (typeof patch.model === 'string') core.models.resolveName(patch.model);
      const clean: typeof patch = Object.fromEntries(
        Object.entries(patch).map(([key, value]) => [
          key,
          typeof value === 'string' ? wellFormed(value) : value,
        ]),
      );
      const updated = await store.updateConversation(conversationId, clean, runtime.wallNow());
      core.watch.changed(conversationId);
      core.hosts.tellChanged(conversationId);
      return updated;
    },
    remove: (conversationId) =>
      existing(conversationId, () => removeConversation(core, conversationId)),
    async removeIdle(before, limit) {
      const idle = await store.deleteIdleConversations(before, limit);
      for (const conversationId of idle) removed(core, conversationId);
      return idle.length;
    },
    async removeSurplus(keep, limit) {
      const surplus = await store.deleteSurplusConversations(keep, limit);
      for (const conversationId of surplus) removed(core, conversationId);
      return surplus.length;
    },
    fork: (conversationId, atSeq) => fork(core, conversationId, atSeq),
    metrics: (conversationId) =>
      existing(conversationId, () => store.readTurnMetrics(conversationId)),
    watch: (listener) => core.watch.listen(listener),
    models: () => core.models.list(),
    tools: () =>
      tools.map(({ extension, value: { name, description, inputSchema, effect } }) => ({
        name,
        description,
        inputSchema,
        effect,
        extension,
      })),
    isReady: () =>
      isRecovered
        ? store.ping().then(
            () => true,
            () => false,
          )
        : Promise.resolve(false),
  };

  async function existing<T>(conversationId: string, work: () => Promise<T>): Promise<T> {
    if (actors.get(conversationId)?.live !== undefined) return work();
    if ((await store.readConversation(conversationId)) === undefined) {
      throw conversationNotFound(conversationId);
    }
    return work();
  }

  async function endsWithin(end: Promise<unknown>, deadlineMs: number): Promise<boolean> {
    const timer = runtime.newAbortController();
    const isOver = await Promise.race([
      end.then(() => true),
      runtime.sleep(deadlineMs, timer.signal).then(() => false),
    ]);
    timer.abort();
    return isOver;
  }

  async function giveUpRunning(): Promise<void> {
    for (const { live } of actors.all()) {
      if (live === undefined || live.isMuted) continue;
      const lease = await live.lease;
      live.abandon(new Error('the host stops'));
      await suspendTurn(core, live, lease);
    }
  }

  return {
    conversations,
    async start() {
      // What is claimed from here on is its own for no shorter.
      core.leasedUntil = runtime.now() + options.leaseMs;
      // A bus that does not answer is no reason not to serve.
      await Promise.all([endsWithin(core.hosts.start(), busDeadlineMs), recover(core)]);
      isRecovered = true;
      listen();
      maintaining = Promise.all([maintain(core), guardLeases(core)]);
    },
    async drain() {
      core.isStopping = true;
      for (const { live } of actors.all()) live?.suspend();
      const running = [...actors.all()].map(({ live }) => live?.ended);
      await endsWithin(Promise.all(running), options.shutdownGraceMs);
      await giveUpRunning();
    },
    sizes: () => ({
      conversations: actors.size,
      ...logs.sizes(),
      ...core.hosts.sizes(),
      runningTurns: core.localTurns.size,
    }),
    async stop() {
      core.isStopping = true;
      for (const unsubscribe of unsubscribes) unsubscribe();
      core.hosts.stop();
      stopping.abort();
      await maintaining;
    },
  };
}
