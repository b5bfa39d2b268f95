import { memoryStore } from '@dispatch/conformance';
import type { ConversationInspection, TurnEndRecord, TurnLease } from '@dispatch/contracts';
import { addUsage, type Usage } from '@dispatch/kernel';
import { ownerStride } from '@dispatch/wire';
import { type BuiltStep, buildStep, toNewChunk, userChunk } from './build-step.ts';
import type { Operation, StepOperation } from './operations.ts';

const leaseMs = 10_000;

interface Running {
  readonly lease: TurnLease;
  readonly usage: Usage | undefined;
  readonly stepIndex: number;
  readonly events: number;
  /** What was recorded of the step under way: whoever goes on with it says the same. */
  readonly recorded?: BuiltStep | undefined;
}

/** What a store in memory holds after these operations, each of a well-behaved host's. */
export async function driveStore(
  operations: readonly Operation[],
): Promise<readonly ConversationInspection[]> {
  const { store, advance } = memoryStore();
  let conversationId = 'first';
  let running: Running | undefined;
  let ids = 0;
  const newId = (kind: string) => `${kind}-${String(++ids).padStart(4, '0')}`;

  const eventNumber = (by: number): number => {
    if (running === undefined) return 0;
    running = { ...running, events: running.events + by };
    return (running.lease.epoch - 1) * ownerStride + running.events;
  };

  async function start({
    texts,
    hasAttachment,
    takeQueue,
  }: Extract<Operation, { texts: unknown; takeQueue: unknown }>) {
    if (running !== undefined) return;
    const turnId = newId('turn');
    const attachment = { type: 'attachment', mediaType: 'image/png', attachmentId: 'a' };
    const started = await store.startTurn({
      conversationId,
      turnId,
      create: {},
      settings: {},
      model: 'scripted/play',
      origin: 'user',
      chunks: [
        ...texts.map(userChunk),
        ...(hasAttachment ? [{ role: 'user', json: JSON.stringify(attachment) } as const] : []),
      ],
      takeQueue,
      owner: 'host-a',
      leaseMs,
      at: 1000,
    });
    if (started.outcome !== 'started') throw new Error(started.outcome);
    const lease = { conversationId, turnId, epoch: started.epoch };
    running = { lease, usage: undefined, stepIndex: 0, events: 0 };
  }

  async function step(operation: StepOperation) {
    if (running === undefined) return;
    const { lease, stepIndex } = running;
    const stepId = `${lease.turnId}#${stepIndex}`;
    const built = running.recorded ?? buildStep(stepId, operation);
    const { response, calls, results } = built;
    let left = operation.recorded ?? 0;
    if (left > 0) {
      running = { ...running, recorded: built };
      const finishReason = 'tool-calls';
      const json = JSON.stringify({ stepId, index: stepIndex, chunks: response, finishReason });
      await store.recordResponse(lease, stepId, json);
    }
    for (const [index, { callId }] of calls.entries()) {
      if (--left > 0) await store.recordCallStart(lease, stepId, callId);
      if (--left > 0) await store.recordToolStep(lease, stepId, callId, 'sent', '1');
      if (left > 0)
        await store.recordCallEnd(lease, stepId, callId, JSON.stringify(results[index]));
    }
    if (!operation.isCommitted) return;
    const { usage, isLast, hasFailed } = operation;
    const total = addUsage(running.usage, usage);
    const error = { type: 'error', code: 'provider-error', message: 'x' } as const;
    await store.commitStep({
      lease,
      stepIndex,
      chunks: [...response, ...results, ...(isLast && hasFailed ? [error] : [])].map(toNewChunk),
      metrics: {
        stepId,
        finishReason: 'tool-calls',
        toolCalls: calls.length,
        ...(usage === undefined ? {} : { usage }),
      },
      eventNumber: eventNumber(9),
      ...(isLast ? { end: turnEnd(total, usage, hasFailed) } : {}),
      leaseMs,
      at: 2000,
    });
    running = isLast
      ? undefined
      : { ...running, usage: total, stepIndex: stepIndex + 1, recorded: undefined };
  }

  /** Another owner: the one before is gone, or gave the turn up. */
  async function takeOver() {
    const [claimed] = await store.claimTurns({
      owner: newId('host'),
      leaseMs,
      includeOwn: false,
      limit: 1,
    });
    if (running === undefined || claimed === undefined) return;
    running = { ...running, lease: { ...running.lease, epoch: claimed.epoch }, events: 0 };
  }

  async function perform(operation: Operation): Promise<void> {
    if ('takeQueue' in operation) return start(operation);
    if ('calls' in operation) return step(operation);
    if ('text' in operation) {
      const { text } = operation;
      const queueId = newId('queued');
      await store.enqueue({
        conversationId,
        queueId,
        create: {},
        messageJson: JSON.stringify(text),
        chunks: [userChunk(text)],
        limit: 100,
        at: 3000,
      });
      return;
    }
    if ('part' in operation) {
      const chunks = await inspect(conversationId);
      if (running !== undefined || chunks === undefined) return;
      const newConversationId = newId('fork');
      const atSeq = wholeStepsUpTo(chunks, operation.part);
      await store.forkConversation({ conversationId, newConversationId, atSeq, at: 4000 });
      conversationId = newConversationId;
      return;
    }
    if (operation.do === 'unqueue') {
      const [first] = (await inspect(conversationId))?.queue ?? [];
      if (first !== undefined) await store.removeQueued(conversationId, first.queueId);
      return;
    }
    if (running === undefined) return;
    const { lease } = running;
    if (operation.do === 'steer') {
      await store.commitSteering(lease, 3500, eventNumber(1));
    } else if (operation.do === 'release') {
      await store.releaseTurn(lease);
      // Whether it is taken over before the check is left to the next crash.
      if (lease.epoch % 2 === 1) await takeOver();
      else running = undefined;
    } else if (operation.do === 'crash') {
      advance(leaseMs + 1);
      await takeOver();
    } else if ('hasFailed' in operation) {
      const { hasFailed } = operation;
      const error = { type: 'error', code: 'turn-unrecoverable', message: 'x' } as const;
      const chunks = hasFailed ? [toNewChunk(error)] : [];
      const end = turnEnd(running.usage, undefined, hasFailed);
      await store.sealTurn({ lease, chunks, eventNumber: eventNumber(1), end, at: 5000 });
      running = undefined;
    }
  }

  const inspect = (id: string) => store.inspectConversation(id);

  for (const one of operations) {
    // A turn that was given up and not taken over: nothing more can be done here.
    const { status } = (await inspect(conversationId))?.conversation ?? {};
    if (status === 'running' && running === undefined) break;
    await perform(one);
  }
  const found = await Promise.all((await store.listConversationIds(1000)).map(inspect));
  return found.filter((inspection) => inspection !== undefined);
}

function turnEnd(
  total: Usage | undefined,
  last: Usage | undefined,
  hasFailed: boolean,
): TurnEndRecord {
  return {
    finishReason: hasFailed ? 'error' : 'stop',
    durationMs: 7,
    ...(total === undefined ? {} : { usage: total }),
    ...(last === undefined ? {} : { contextSize: last.inputTokens + last.outputTokens }),
  };
}

/** A seq behind which no result is missing, about `part` of the way. */
function wholeStepsUpTo({ chunks, turns }: ConversationInspection, part: number): number {
  const ends = [0, chunks.length];
  for (const turn of turns) {
    ends.push(turn.previousSeq, turn.messageSeq, ...turn.steps.map((step) => step.lastSeq));
  }
  return ends[Math.floor(part * (ends.length - 1))] ?? 0;
}
