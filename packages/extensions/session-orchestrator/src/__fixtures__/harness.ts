import {
  fakeExtensionContext,
  type MemoryBus,
  type MemoryStore,
  memoryBus,
  memoryStore,
  type VirtualRuntime,
  virtualRuntime,
} from '@dispatch/conformance';
import {
  type Approvals,
  CodedError,
  type Conversations,
  type Follower,
  type Store,
} from '@dispatch/contracts';
import {
  defineTool,
  type Message,
  type Provider,
  type ProviderContext,
  type ProviderEvent,
  type Tool,
  type TurnHooks,
  textResult,
} from '@dispatch/kernel';
import { parseOptions } from '../options.ts';
import { createOrchestrator, type Orchestrator } from '../orchestrator.ts';

/** One answer of the model: batches, with waits of so many milliseconds between them. */
export type Answer = Iterable<readonly ProviderEvent[] | number>;

export interface Harness {
  readonly runtime: VirtualRuntime;
  readonly memory: MemoryStore;
  readonly orchestrator: Orchestrator;
  readonly conversations: Conversations;
  /** Every request that the model got: the texts of its messages. */
  readonly requests: string[][];
  /** Another host on the same store and bus, as after the first was lost, or beside it. */
  restart(options?: object): Harness;
  /** From now on the store does not answer this host; others it does. */
  cutOff(): void;
}

export const say = (text: string): ProviderEvent => ({ type: 'text-delta', delta: text });
export const stop: ProviderEvent = { type: 'finish', reason: 'stop' };
export const call = (callId: string, name = 'note', input: object = {}): ProviderEvent => ({
  type: 'tool-call',
  callId,
  name,
  inputText: JSON.stringify(input),
});

/** What the hosts of a test have in common. */
export interface Shared {
  readonly runtime: VirtualRuntime;
  readonly memory: MemoryStore;
  readonly bus: MemoryBus;
  /** Asked about every call where they are given. */
  readonly approvals?: Approvals;
}

const askAlways: TurnHooks = {
  name: 'ask-always',
  beforeToolCall: () => ({ decision: 'ask', reason: 'a person has to say so' }),
};

/** An orchestrator on a store in memory and virtual time, with a model that answers by script. */
export function createHarness(
  answer: (context: ProviderContext) => Answer,
  options: object = {},
  tools: readonly Tool[] = [noteTool()],
  shared: Partial<Shared> = {},
): Harness {
  const runtime = shared.runtime ?? virtualRuntime();
  const memory = shared.memory ?? memoryStore({ now: () => runtime.wallNow() });
  const bus = shared.bus ?? memoryBus();
  const { approvals } = shared;
  const parsed = parseOptions({ approvals: 'auto', ...options });
  let isCutOff = false;
  const requests: string[][] = [];
  const provider: Provider = {
    id: 'test',
    async *stream(request, context) {
      requests.push(request.messages.map((message) => message.content.map(textOf).join('+')));
      for (const part of answer(context)) {
        if (typeof part === 'number') await runtime.sleep(part, context.signal);
        else yield part;
        if (context.signal.aborted) return;
      }
    },
    listModels: async () => [{ id: 'model' }],
  };
  const context = fakeExtensionContext({ runtime });
  const orchestrator = createOrchestrator({
    options: parsed,
    store: reachable(memory.store, () => !isCutOff),
    blobs: memory.blobs,
    bus: bus.join(parsed.hostId),
    runtime,
    logger: context.logger,
    redactor: context.redactor,
    providers: [{ extension: 'test', value: provider }],
    tools: tools.map((value) => ({ extension: 'test', value })),
    hooks: approvals === undefined ? [] : [{ extension: 'test', value: askAlways }],
    ...(approvals === undefined ? {} : { approvals }),
  });
  return {
    runtime,
    memory,
    orchestrator,
    conversations: orchestrator.conversations,
    requests,
    cutOff: () => {
      isCutOff = true;
    },
    restart: (more = {}) =>
      createHarness(answer, { ...options, ...more }, tools, {
        runtime,
        memory,
        bus,
        ...(approvals === undefined ? {} : { approvals }),
      }),
  };
}

function textOf(part: Message['content'][number]): string {
  if ('text' in part) return part.text;
  if ('input' in part) return part.name;
  return 'data' in part ? `${part.mediaType} ${part.data}` : 'other';
}

/** The store as one host sees it: while it can not be reached every call fails. */
function reachable(store: Store, isReachable: () => boolean): Store {
  return new Proxy(store, {
    get(target, name) {
      const method: unknown = Reflect.get(target, name);
      if (typeof method !== 'function') return method;
      return (...parameters: unknown[]) =>
        isReachable()
          ? Reflect.apply(method, target, parameters)
          : Promise.reject(new CodedError('store-unavailable', { message: 'It is cut off.' }));
    },
  });
}

/** A tool that notes which calls ran; it takes as long as `wait` does. */
export function noteTool(
  effect: Tool['effect'] = 'unsafe',
  runs: string[] = [],
  wait: (signal: AbortSignal) => Promise<void> = () => Promise.resolve(),
): Tool {
  return defineTool({
    name: 'note',
    description: 'Notes.',
    inputSchema: { type: 'object' },
    effect,
    parse: (input) => input,
    async run(_input, { callId, signal }) {
      runs.push(callId);
      await wait(signal);
      return textResult('noted');
    },
  });
}

export interface SeenEvent {
  readonly type: string;
  readonly n: number;
  readonly turnId: string;
  readonly [field: string]: unknown;
}

/** All that a follower gives until it ends. */
export async function readAll(follower: Follower | undefined): Promise<SeenEvent[]> {
  const seen: SeenEvent[] = [];
  for (;;) {
    const batch = await follower?.next(1024);
    if (batch === undefined) return seen;
    if ('resync' in batch) seen.push({ type: 'resync', n: -1, turnId: '', ...batch.resync });
    else for (const json of batch.events) seen.push(JSON.parse(json));
  }
}

export function types(events: readonly SeenEvent[]): string[] {
  return events.map(({ type }) => type);
}
