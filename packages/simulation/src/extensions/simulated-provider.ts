import type { Runtime } from '@dispatch/contracts';
import type {
  ModelRequest,
  Provider,
  ProviderContext,
  ProviderError,
  ProviderEvent,
} from '@dispatch/kernel';
import { checkPrompt } from '../checks/check-prompt.ts';
import type { Weather } from '../world/weather.ts';
import type { World } from '../world/world.ts';
import { askedTool, toolNames } from './tool-names.ts';

/** A batch of events, or a wait of so many milliseconds. */
type Part = readonly ProviderEvent[] | number;

/** More than one message between hosts; more than the memory that a simulated host has for all logs. */
const floodDeltas = [3, 3, 24] as const;
const floodDeltaLength = 50_000;

export interface ProviderSurroundings {
  readonly world: World;
  readonly weather: Weather;
  readonly runtime: Runtime;
  /** By chance the host's process dies here; true: it did. */
  readonly mayCrash: (where: string) => boolean;
  /** A conversation was deleted at least once. */
  readonly wasDeleted: (conversationId: string) => boolean;
}

/** Answers by chance: texts in pieces, reasoning, calls, failures of every kind. */
export function simulatedProvider(surroundings: ProviderSurroundings): Provider {
  return {
    id: 'sim',
    stream: (request, context) => stream(surroundings, request, context),
    listModels: async () => [{ id: 'model' }],
  };
}

/**
 * One generator for all hosts: one of its own would have a hidden class of its own, which keeps the
 * whole history until the next full garbage collection.
 */
async function* stream(
  surroundings: ProviderSurroundings,
  request: ModelRequest,
  context: ProviderContext,
): AsyncGenerator<readonly ProviderEvent[]> {
  const { world, runtime, mayCrash, wasDeleted } = surroundings;
  // Asked early, of a history that was deleted meanwhile, it is ended unheard.
  if (!wasDeleted(context.conversationId)) checkPrompt(world, request, context);
  if (mayCrash('at a provider')) await new Promise(() => {});
  for (const part of drawAnswer(surroundings, context)) {
    if (typeof part === 'number') await runtime.sleep(part, context.signal);
    else yield part;
    if (context.signal.aborted) return;
  }
  world.note('provider', 'end', `${context.stepId} attempt ${context.attempt}`);
}

function drawAnswer(surroundings: ProviderSurroundings, context: ProviderContext): Part[] {
  const { world, weather } = surroundings;
  const parts: Part[] = [];
  const wait = () => {
    if (world.chance(0.6)) parts.push(drawWait(world, weather));
  };
  wait();
  const isFailing = !world.isHealed && world.chance(weather.providerFails);
  if (isFailing) world.fault('provider fails', 'provider', context.stepId);
  if (isFailing && world.chance(0.6)) return [...parts, [failure(world)]];
  if (world.chance(0.2)) {
    parts.push([{ type: 'reasoning-delta', delta: say(world) }]);
    wait();
    if (world.chance(0.5)) {
      parts.push([{ type: 'reasoning-end', providerData: { signature: world.between(0, 99) } }]);
    }
  }
  if (world.chance(0.8)) {
    for (let left = world.between(1, 9); left > 0; left -= 1) {
      parts.push([{ type: 'text-delta', delta: say(world) }]);
      if (left > 1) wait();
    }
  }
  if (!world.isHealed && world.chance(weather.floods)) {
    world.fault('flood', 'provider', context.stepId);
    for (let left = world.pick(floodDeltas); left > 0; left -= 1) {
      parts.push([{ type: 'text-delta', delta: say(world).padEnd(floodDeltaLength, '.') }]);
    }
  }
  const isCut = !world.isHealed && world.chance(weather.providerCuts);
  if (isCut) world.fault('provider cuts', 'provider', context.stepId);
  if (isCut && world.chance(0.5)) return cut(world, parts);
  const calls = drawCalls(world, weather, context);
  for (const call of calls) {
    parts.push([call]);
    if (world.chance(0.3)) wait();
  }
  if (isCut) return cut(world, parts);
  if (isFailing) return [...parts, [failure(world)]];
  if (world.chance(0.7)) {
    const usage = { inputTokens: world.between(1, 99), outputTokens: world.between(1, 99) };
    parts.push([{ type: 'usage', usage }]);
  }
  parts.push([{ type: 'finish', reason: finishReason(world, calls.length) }]);
  return parts;
}

function finishReason(world: World, calls: number) {
  if (world.chance(0.02)) return 'length';
  return calls > 0 ? 'tool-calls' : 'stop';
}

/** Mostly short against the lease, sometimes longer than it. */
function drawWait(world: World, weather: Weather): number {
  return world.chance(0.05) ? world.between(1, 2 * weather.leaseMs) : world.between(1, 60);
}

function drawCalls(
  world: World,
  weather: Weather,
  { stepIndex }: ProviderContext,
): ProviderEvent[] {
  if (stepIndex >= 4 || !world.chance(0.55)) return [];
  const calls: ProviderEvent[] = [];
  for (let left = world.pick([1, 1, 1, 2, 3]); left > 0; left -= 1) {
    calls.push(drawCall(world, weather));
  }
  return calls;
}

function drawCall(world: World, { asking }: Weather): ProviderEvent {
  const input = {
    k: world.between(0, 1e9),
    beforeMs: world.chance(0.5) ? 0 : world.between(1, 50),
    afterMs: world.chance(0.5) ? 0 : world.between(1, 50),
    ...(world.chance(0.2) ? { output: say(world) } : {}),
    ...(world.chance(0.05) ? { fails: world.pick(['result', 'throws']) } : {}),
  };
  const isAsked = asking !== undefined && world.chance(0.4);
  const known = isAsked ? askedTool : world.pick(toolNames);
  const name = world.chance(0.02) ? 'nonsense' : known;
  const inputText = world.chance(0.02) ? '{"broken' : JSON.stringify(input);
  // Some servers count from 1 in each answer, and some name nothing.
  const callId = world.chance(0.2) ? 'call_1' : world.chance(0.2) ? undefined : `p${input.k}`;
  return { type: 'tool-call', name, inputText, ...(callId === undefined ? {} : { callId }) };
}

/** The stream ends, or falls silent, without its last event. */
function cut(world: World, parts: readonly Part[]): Part[] {
  return world.chance(0.005) ? [...parts, 200_000] : [...parts];
}

function failure(world: World): ProviderEvent {
  const error: ProviderError = {
    code: 'provider-error',
    message: 'it has other things to do',
    retryable: world.chance(0.7),
    ...(world.chance(0.3) ? { retryAfterMs: world.between(1, 100) } : {}),
  };
  return { type: 'error', error };
}

/** A few characters, some of them of more than one unit. */
function say(world: World): string {
  const word = world.between(0, 0xffffff).toString(36);
  return world.chance(0.05) ? `${word}\u{1f600}\u0000` : `${word} `;
}
