import * as z from 'zod';
import { contentPart, toldMessage } from './content-part.ts';
import { seq } from './ids.ts';
import { jsonValue } from './json-value.ts';
import { finishReason, stepFinishReason, usage } from './usage.ts';

const envelope = { conversationId: z.string(), turnId: z.string(), n: z.int().min(0) };
const ofStep = { ...envelope, stepId: z.string() };
const ofCall = { ...ofStep, callId: z.string() };
const milliseconds = z.number().min(0);

/** What failed, as a client is told: `message` is safe to show. */
export const turnError = z.lazy(() =>
  z.object({
    code: z.string(),
    message: z.string(),
    retryable: z.boolean(),
  }),
);

/** A question to a person; the answer is words, or of `options` where there are some. */
export const question = z.lazy(() =>
  z.object({
    question: z.string(),
    options: z.array(z.string()).exactOptional(),
    multiple: z.boolean().exactOptional(),
  }),
);

export const approvalRequestEvent = z.lazy(() =>
  z.object({
    type: z.literal('approval-request'),
    ...envelope,
    approvalId: z.string(),
    kind: z.enum(['consent', 'question']),
    callId: z.string(),
    name: z.string(),
    input: jsonValue,
    reason: z.string(),
    expiresAt: z.iso.datetime(),
    proposedRule: jsonValue.exactOptional(),
    questions: z.array(question).exactOptional(),
  }),
);

/**
 * A live piece of a turn, with its envelope (WIRE.md section 3). For documentation and tests: no
 * delta is validated on its way. A client ignores types and fields that it does not know.
 */
export const turnEvent = z.lazy(() =>
  z.discriminatedUnion('type', [
    z.object({
      type: z.literal('turn-start'),
      ...envelope,
      model: z.string(),
      committedSeq: seq,
    }),
    z.object({ type: z.literal('step-start'), ...ofStep, index: z.int().min(0) }),
    z.object({ type: z.literal('text-delta'), ...ofStep, delta: z.string() }),
    z.object({ type: z.literal('reasoning-delta'), ...ofStep, delta: z.string() }),
    z.object({ type: z.literal('tool-call'), ...ofCall, name: z.string(), input: jsonValue }),
    z.object({
      type: z.literal('tool-output'),
      ...ofCall,
      stream: z.enum(['stdout', 'stderr', 'progress']),
      delta: z.string(),
    }),
    z.object({
      type: z.literal('tool-result'),
      ...ofCall,
      name: z.string(),
      content: z.array(contentPart),
      isError: z.boolean(),
      durationMs: milliseconds.exactOptional(),
      interrupted: z.literal(true).exactOptional(),
    }),
    approvalRequestEvent,
    z.object({
      type: z.literal('approval-resolved'),
      ...envelope,
      approvalId: z.string(),
      decision: z.enum(['allow', 'deny', 'always', 'expired', 'aborted']),
      by: z.enum(['person', 'rule', 'timeout', 'host']),
    }),
    z.object({
      type: z.literal('collision'),
      ...envelope,
      path: z.string(),
      computerId: z.string().exactOptional(),
      severity: z.enum(['same-line', 'adjacent-line', 'different-area']),
      others: z.array(z.object({ conversationId: z.string(), lines: jsonValue.exactOptional() })),
    }),
    z.object({ type: z.literal('usage'), ...ofStep, usage }),
    z.object({
      type: z.literal('step-complete'),
      ...ofStep,
      finishReason: stepFinishReason,
      usage: usage.exactOptional(),
      ttftMs: milliseconds.exactOptional(),
      decodeMs: milliseconds.exactOptional(),
      genTotalMs: milliseconds.exactOptional(),
      committedSeq: seq,
    }),
    z.object({ type: z.literal('step-reset'), ...ofStep, reason: z.string() }),
    z.object({
      type: z.literal('steering'),
      ...envelope,
      messages: z.array(z.object({ queueId: z.string(), message: toldMessage })),
    }),
    z.object({
      type: z.literal('provider-retry'),
      ...ofStep,
      attempt: z.int().min(1),
      delayMs: milliseconds,
      error: turnError,
    }),
    z.object({
      type: z.literal('error'),
      ...envelope,
      stepId: z.string().exactOptional(),
      error: turnError,
    }),
    z.object({
      type: z.literal('done'),
      ...envelope,
      finishReason,
      usage: usage.exactOptional(),
      durationMs: milliseconds,
      contextSize: z.int().min(0).exactOptional(),
    }),
    z.object({ type: z.literal('turn-sealed'), ...envelope, lastSeq: seq }),
  ]),
);

/** The line that says: the cursor is of no use, read `/messages` (WIRE.md section 4). */
export const resyncLine = z.lazy(() => z.object({ type: z.literal('resync'), lastSeq: seq }));

/** One line of an NDJSON stream that is not empty. */
export const eventLine = z.lazy(() => z.discriminatedUnion('type', [turnEvent, resyncLine]));

export type TurnError = z.infer<typeof turnError>;
export type Question = z.infer<typeof question>;
export type ApprovalRequestEvent = z.infer<typeof approvalRequestEvent>;
export type TurnEvent = z.infer<typeof turnEvent>;
/** The event of one type: `EventOf<'text-delta'>`. */
export type EventOf<Type extends TurnEvent['type']> = Extract<TurnEvent, { type: Type }>;
export type ResyncLine = z.infer<typeof resyncLine>;
export type EventLine = z.infer<typeof eventLine>;
