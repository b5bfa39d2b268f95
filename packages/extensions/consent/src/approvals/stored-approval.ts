import type { TurnRecord } from '@dispatch/contracts';
import type { JsonValue } from '@dispatch/kernel';
import { type ApprovalRequestEvent, question } from '@dispatch/wire';
import { z } from 'zod';
import { type Rule, ruleSchema } from '../rules/rule.ts';
import type { ApprovalPlace } from './approval-id.ts';

const answer = z.union([z.string(), z.array(z.string())]);

const resolution = z.object({
  decision: z.enum(['allow', 'deny', 'always', 'expired', 'aborted']),
  by: z.enum(['person', 'rule', 'timeout', 'host']),
  /** Of a person, for the model. */
  reason: z.string().optional(),
  /** One per question. */
  answers: z.array(answer).optional(),
  /** Of the attempt to end it. */
  endId: z.string().optional(),
});

/** How a question ended. */
export type Resolution = z.infer<typeof resolution>;
export type Answer = z.infer<typeof answer>;

const stored = z.object({
  /** Of the call's step, in its turn. */
  stepIndex: z.int(),
  callId: z.string(),
  name: z.string(),
  kind: z.enum(['consent', 'question']),
  reason: z.string(),
  input: z.json(),
  proposedRule: ruleSchema.optional(),
  questions: z.array(question).optional(),
  /** Epoch milliseconds. */
  expiresAt: z.number(),
  resolution: resolution.optional(),
  /** The turn has asked for its end. */
  isTaken: z.literal(true).optional(),
});

/** A question as it is kept: its place names the turn and, by a hash, the call's input. */
export type StoredApproval = z.infer<typeof stored>;

/** One that was read, with the version that a change of it has to expect. */
export interface FoundApproval {
  readonly place: ApprovalPlace;
  readonly version: number;
  readonly approval: StoredApproval;
}

/** Longer inputs are told by their beginning: the call itself was told in full. In UTF-16 units of JSON. */
const maxInput = 262_144;
const maxReason = 4000;
const maxQuestions = 100;

export interface NewApproval {
  readonly stepIndex: number;
  readonly callId: string;
  readonly name: string;
  readonly kind: 'consent' | 'question';
  readonly reason: string;
  readonly input: JsonValue;
  readonly proposedRule?: JsonValue;
  readonly questions?: readonly JsonValue[];
  readonly expiresAt: number;
}

/** Throws where its questions are none that a client could show. */
export function newApproval(asked: NewApproval): StoredApproval {
  const { stepIndex, callId, name, kind, reason, input, proposedRule, questions, expiresAt } =
    asked;
  const rule = ruleSchema.safeParse(proposedRule);
  return {
    stepIndex,
    callId,
    name,
    kind,
    reason: reason.length > maxReason ? `${reason.slice(0, maxReason)}…` : reason,
    input: boundedInput(input),
    ...(rule.success ? { proposedRule: rule.data } : {}),
    ...(questions === undefined
      ? {}
      : { questions: z.array(question).min(1).max(maxQuestions).parse(questions) }),
    expiresAt,
  };
}

function boundedInput(input: JsonValue): StoredApproval['input'] {
  const json = JSON.stringify(input);
  if (json.length <= maxInput) return JSON.parse(json);
  return `${json.slice(0, maxInput)}… (cut: ${json.length} characters in all)`.toWellFormed();
}

/** Its turn is over, or has gone past the call: nobody is going to ask for the answer. */
export function isPast(
  turn: Pick<TurnRecord, 'state' | 'stepsCommitted'> | undefined,
  { stepIndex }: Pick<StoredApproval, 'stepIndex'>,
): boolean {
  return turn?.state !== 'running' || stepIndex < turn.stepsCommitted;
}

/** What is kept once it has ended: what was asked is told no more. */
export function resolved(approval: StoredApproval, end: Resolution): StoredApproval {
  return { ...approval, input: null, resolution: end };
}

export function parseApproval(json: string): StoredApproval {
  return stored.parse(JSON.parse(json));
}

/** The event's own fields, without those that each event of a turn has. */
export type RequestFields = Omit<ApprovalRequestEvent, 'conversationId' | 'turnId' | 'n'> & {
  readonly proposedRule?: Rule;
};

export function requestFields(approvalId: string, approval: StoredApproval): RequestFields {
  const { kind, callId, name, input, reason, expiresAt, proposedRule, questions } = approval;
  return {
    type: 'approval-request',
    approvalId,
    kind,
    callId,
    name,
    input,
    reason,
    expiresAt: new Date(expiresAt).toISOString(),
    ...(proposedRule === undefined ? {} : { proposedRule }),
    ...(questions === undefined ? {} : { questions }),
  };
}
