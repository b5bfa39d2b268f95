import {
  fakeComputer,
  fakeExtensionContext,
  type MemoryBus,
  type MemoryStore,
  memoryBus,
  memoryStore,
  type VirtualRuntime,
  virtualRuntime,
} from '@dispatch/conformance';
import {
  type Access,
  type Approvals,
  CodedError,
  type Frame,
  isCodedError,
  type Route,
} from '@dispatch/contracts';
import {
  type AskAnswer,
  type CallDecision,
  type CallSubject,
  defineTool,
  type JsonObject,
  type JsonValue,
  type ToolCallView,
  type ToolEffect,
  type TurnHooks,
  textResult,
} from '@dispatch/kernel';
import { createConsent } from '../create-consent.ts';

type ToldEvent = Parameters<Parameters<Approvals['ask']>[2]['tell']>[0];

/** What several hosts share. */
export interface System {
  readonly runtime: VirtualRuntime;
  readonly memory: MemoryStore;
  readonly bus: MemoryBus;
}

export function newSystem(): System {
  const runtime = virtualRuntime();
  return { runtime, memory: memoryStore({ now: () => runtime.now() }), bus: memoryBus() };
}

export const turn = { conversationId: 'c', turnId: 't' } as const;

/** A conversation in `/repo` whose turn runs. */
export async function startTurn(
  { memory, runtime }: System,
  origin: 'user' | 'schedule' = 'user',
): Promise<void> {
  await memory.store.startTurn({
    ...{ ...turn, create: { cwd: '/repo' }, settings: { cwd: '/repo' }, model: 'm', origin },
    ...{ chunks: [{ role: 'user', json: '{"type":"text","text":"hi"}' }] },
    ...{ owner: 'host', leaseMs: 600_000_000, at: runtime.wallNow() },
  });
}

/** The turn's first step is over. */
export async function commitStep({ memory, runtime }: System): Promise<void> {
  await memory.store.commitStep({
    ...{ lease: { ...turn, epoch: 1 }, stepIndex: 0, eventNumber: 5, at: runtime.wallNow() },
    chunks: [{ role: 'assistant', json: '{"type":"text","text":"so","stepId":"t#0"}' }],
    metrics: { stepId: 't#0', finishReason: 'tool-calls', toolCalls: 1 },
    leaseMs: 600_000_000,
  });
}

export async function sealTurn({ memory, runtime }: System): Promise<void> {
  await memory.store.sealTurn({
    ...{ lease: { ...turn, epoch: 1 }, chunks: [], eventNumber: 9, at: runtime.wallNow() },
    end: { finishReason: 'aborted', durationMs: 1 },
  });
}

export interface CallOptions {
  readonly callId?: string;
  readonly name?: string;
  readonly effect?: ToolEffect;
  /** The input, and what the tool says of it. */
  readonly subject?: CallSubject & JsonObject;
}

export function toolOf({ name = 'shell', effect = 'unsafe' }: CallOptions = {}) {
  return defineTool({
    ...{ name, description: '', inputSchema: { type: 'object' }, effect },
    parse(input) {
      if (typeof input !== 'object' || input === null) throw new Error('Give an object.');
      return input;
    },
    // The tests' tool is called with its own subject.
    subjectOf: (input) => input as CallSubject,
    run: async () => textResult(''),
  });
}

export function callOf(options: CallOptions = {}): ToolCallView {
  const { callId = 'call', name = 'shell', subject = { command: 'npm test' } } = options;
  const tool = toolOf({ ...options, name });
  return { ...turn, stepId: 't#0', callId, name, input: subject, tool, cwd: '/repo' };
}

export interface AskedCall {
  /** Of the hook. */
  readonly decision: Promise<CallDecision>;
  /** What the turn goes on with. */
  readonly answer: Promise<AskAnswer>;
  /** In the order in which clients were told. */
  readonly told: readonly ToldEvent[];
  abort(): void;
  /** The turn is another host's now. */
  giveUp(): void;
}

/** One host with this extension, as the orchestrator uses it. */
export async function startHost(system: System, options: JsonObject = {}) {
  const { runtime, memory, bus } = system;
  const context = fakeExtensionContext({ runtime });
  const computer = fakeComputer({ files: { '/repo/a': '', '/etc/passwd': '' } });
  const source = { list: async () => [], find: async () => computer };
  const extension = createConsent();
  const needed = {
    ...{ records: memory.records, store: memory.store, bus: bus.join('host') },
    computer: [{ extension: 'local', value: source }],
    inventory: { extensions: () => [], tools: () => [{ extension: 'tools', value: toolOf() }] },
  };
  const running = await extension.setup(context, needed, options);
  // As `provides` declares them.
  const contributes = running.contributes as {
    readonly hooks: readonly TurnHooks[];
    readonly approvals: Approvals;
    readonly access: Access;
    readonly route: readonly Route[];
    readonly frame: readonly Frame[];
  };
  await running.start?.();
  const { approvals, access, route, frame } = contributes;
  const answered: string[] = [];
  approvals.onAnswered(({ turnId }) => answered.push(turnId));

  async function request(line: string, body: JsonValue = {}): Promise<unknown> {
    const [method, path = ''] = line.split(' ');
    for (const one of route) {
      const params = match(one.path, path);
      if (one.method !== method || params === undefined) continue;
      const parsed = one.body?.parse(body) ?? { ok: true, value: {} };
      if (!parsed.ok) return 'invalid-input';
      try {
        const { signal } = context;
        const reply = await one.handle({ params, query: {}, body: parsed.value, signal });
        return 'json' in reply ? reply.json : reply.status;
      } catch (error) {
        if (isCodedError(error)) return error.code;
        throw error;
      }
    }
    throw new CodedError('not-found', { message: line });
  }

  return {
    ...{ approvals, access, frame, context, answered, request },
    stop: () => context.stop(),
    /** The call has run. */
    finish: (callOptions: CallOptions) =>
      contributes.hooks[0]?.afterToolResult?.(callOf(callOptions), textResult('')),
    /** Goes through the hook and, where it asks, through `approvals`. */
    call(callOptions: CallOptions = {}): AskedCall {
      const call = callOf(callOptions);
      const told: ToldEvent[] = [];
      const controller = new AbortController();
      let isAborted = false;
      const decision = Promise.resolve(contributes.hooks[0]?.beforeToolCall?.(call)).then(
        (made) => made ?? { decision: 'allow' as const },
      );
      const answer = decision.then((made) =>
        made.decision === 'ask'
          ? approvals.ask(call, made, {
              signal: controller.signal,
              isAborted: () => isAborted,
              tell: (event) => told.push(event),
            })
          : made,
      );
      return {
        ...{ decision, answer, told },
        abort() {
          isAborted = true;
          controller.abort();
        },
        giveUp: () => controller.abort(),
      };
    },
  };
}

function match(pattern: string, path: string): Record<string, string> | undefined {
  const wanted = pattern.split('/');
  const given = path.split('/');
  if (wanted.length !== given.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    if (part.startsWith(':')) params[part.slice(1)] = given[index] ?? '';
    else if (part !== given[index]) return undefined;
  }
  return params;
}
