import type { Runtime } from '@dispatch/contracts';
import {
  defineTool,
  errorResult,
  type Reconciled,
  type Tool,
  type ToolContext,
  type ToolResult,
  textResult,
} from '@dispatch/kernel';
import type { Ownership } from '../checks/store-watch.ts';
import type { Incarnation } from '../host/incarnation.ts';
import { type EffectClass, type EffectLog, type Effects, timesHappened } from '../model/effects.ts';
import type { World } from '../world/world.ts';
import { askedTool, doneWord, durableTool, toolNames } from './tool-names.ts';

export interface ToolSurroundings {
  readonly world: World;
  readonly incarnation: Incarnation;
  readonly runtime: Runtime;
  readonly effects: Effects;
  /** By chance the host's process dies here; true: it did. */
  readonly mayCrash: (where: string) => boolean;
  /** The epoch by which this life of the host has a turn. */
  readonly ownership: (turnId: string) => Ownership;
  /** The store knows that a call has started. */
  readonly isStartRecorded: (conversationId: string, callId: string) => boolean;
  readonly areClocksTrue: boolean;
}

const classes: { readonly [name in (typeof toolNames)[number]]: EffectClass } = {
  look: 'pure',
  put: 'idempotent',
  send: 'reconcilable',
  fire: 'unsafe',
  [durableTool]: 'durable',
};

/** One tool of each class of effects. What a call does is in its input, so that a rerun does the same. */
export function simulatedTools(surroundings: ToolSurroundings): readonly Tool[] {
  return [
    ...toolNames.map((name) => simulatedTool(name, classes[name], surroundings)),
    simulatedTool(askedTool, 'unsafe', surroundings),
  ];
}

/** `beforeMs` until the effect, `afterMs` from it to the result. */
export interface ToolInput {
  readonly k: number;
  readonly beforeMs: number;
  readonly afterMs: number;
  readonly output?: string;
  readonly fails?: 'result' | 'throws';
}

function simulatedTool(name: string, effect: EffectClass, surroundings: ToolSurroundings): Tool {
  const { world, effects, incarnation, mayCrash } = surroundings;
  const run = async (input: ToolInput, context: ToolContext): Promise<ToolResult> => {
    const { conversationId, callId, turnId, signal } = context;
    if (incarnation.isDead) return forever();
    const begun = effects.begins({
      tool: name,
      effect,
      callId,
      turnId,
      k: input.k,
      incarnation: incarnation.name,
      ...surroundings.ownership(turnId),
      isStartRecorded: surroundings.isStartRecorded(conversationId, callId),
      areClocksTrue: surroundings.areClocksTrue,
    });
    world.note(incarnation.name, `tool ${name}`, callId);
    if (mayCrash('before an effect')) return forever();
    if (input.output !== undefined) context.output('stdout', input.output);
    await surroundings.runtime.sleep(input.beforeMs, signal);
    if (effect === 'durable' && !signal.aborted)
      await build(surroundings, begun.log, context, 1 + (input.k % 3));
    if (signal.aborted) return errorResult('stopped');
    if (input.fails === 'throws') throw new Error('the tool is broken');
    if (input.fails === 'result') return errorResult('it can not be done');
    begun.happened += 1;
    world.note(incarnation.name, `effect ${name}`, callId);
    if (mayCrash('after an effect')) return forever();
    await surroundings.runtime.sleep(input.afterMs, signal);
    return textResult(`${doneWord} ${callId}`);
  };
  return defineTool<ToolInput>({
    name,
    description: `Has an effect that is ${effect}.`,
    inputSchema: { type: 'object' },
    effect: effect === 'durable' ? 'unsafe' : effect,
    isDurable: effect === 'durable',
    parse: parseToolInput,
    run,
    ...(name === askedTool ? { subjectOf: () => ({ needsPerson: true }) } : {}),
    ...(effect === 'reconcilable'
      ? { reconcile: async (_input, context) => reconcile(surroundings, name, context) }
      : {}),
  });
}

/** What a process that is dead would answer. */
function forever(): Promise<never> {
  return new Promise(() => {});
}

/** The steps of a durable tool: each is done, and gives what it gave, once it is recorded. */
async function build(
  { world, effects, runtime, ownership }: ToolSurroundings,
  log: EffectLog,
  { step, turnId, signal }: ToolContext,
  steps: number,
): Promise<void> {
  for (const name of ['first', 'second', 'third'].slice(0, steps)) {
    if (signal.aborted) return;
    const value = await step.do(name, async () => {
      effects.stepBegins(log, name, ownership(turnId).isNewest);
      await runtime.sleep(world.between(0, 30), signal);
      return world.between(0, 1e6);
    });
    effects.stepGave(log, name, JSON.stringify(value));
  }
}

async function reconcile(
  { world, effects, runtime }: ToolSurroundings,
  tool: string,
  { callId, turnId, signal }: ToolContext,
): Promise<Reconciled> {
  await runtime.sleep(world.between(0, 20), signal);
  if (world.chance(0.1)) throw new Error('the other side does not answer');
  if (world.chance(0.1)) return { outcome: 'unknown' };
  return timesHappened(effects.get(turnId, callId, tool)) > 0
    ? { outcome: 'done', result: textResult(`${doneWord} ${callId}`) }
    : { outcome: 'not-done' };
}

function parseToolInput(input: unknown): ToolInput {
  if (typeof input !== 'object' || input === null || !('k' in input)) {
    throw new Error('`k` is missing.');
  }
  const { k, beforeMs, afterMs, output, fails } = input as Record<string, unknown>;
  return {
    k: Number(k),
    beforeMs: Number(beforeMs),
    afterMs: Number(afterMs),
    ...(typeof output === 'string' ? { output } : {}),
    ...(fails === 'result' || fails === 'throws' ? { fails } : {}),
  };
}
