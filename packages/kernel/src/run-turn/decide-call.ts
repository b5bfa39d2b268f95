import type { AskAnswer, CallDecision, ToolCallView } from '../hooks.ts';
import type { JsonValue } from '../json.ts';
import type { Tool } from '../tool.ts';
import { type Call, type CallEnd, interrupted, refused } from './call.ts';
import { describeError, type Turn } from './turn.ts';

/** What the hooks and a person make of a call. */
export type CallPlan =
  | { readonly kind: 'run'; readonly input: JsonValue; readonly changedBy: string | undefined }
  | { readonly kind: 'end'; readonly end: CallEnd }
  | { readonly kind: 'suspend' };

/** Asks the hooks in their order, and a person where a hook wants one asked. Never rejects. */
export async function decideCall(turn: Turn, call: Call, tool: Tool): Promise<CallPlan> {
  const { hooks = [] } = turn.options;
  const { stepId, callId } = call.chunk;
  let { input } = call.chunk;
  let changedBy: string | undefined;
  for (const hook of hooks) {
    if (hook.beforeToolCall === undefined) continue;
    const view = turn.viewCall(stepId, callId, tool, input);
    let decision: CallDecision;
    try {
      decision = await hook.beforeToolCall(view);
    } catch (error) {
      turn.warn('a hook failed before a call, which is denied', error, hook.name);
      return denied(`The call was denied: ${hook.name} could not decide on it.`);
    }
    if (decision.decision === 'deny') return denied(`The call was denied: ${decision.reason}`);
    if (decision.decision === 'ask') {
      const answer = await askPerson(turn, view, decision);
      if (answer.decision === 'suspend') return { kind: 'suspend' };
      if (answer.decision === 'deny') return denied(`The call was denied: ${answer.reason}`);
      if (answer.decision === 'answer') {
        const { content } = answer;
        return { kind: 'end', end: { content, isError: false, isInterrupted: false } };
      }
      if (answer.input !== undefined) {
        input = answer.input;
        changedBy = hook.name;
      }
    } else if (decision.input !== undefined) {
      input = decision.input;
      changedBy = hook.name;
    }
    if (turn.abort.isAborted) {
      return { kind: 'end', end: interrupted('The call was cut off: the turn was aborted.') };
    }
  }
  return { kind: 'run', input, changedBy };
}

function denied(text: string): CallPlan {
  return { kind: 'end', end: refused(text) };
}

/** An abort does not wait for a person. */
function askPerson(
  turn: Turn,
  view: ToolCallView,
  question: Extract<CallDecision, { decision: 'ask' }>,
): Promise<AskAnswer> {
  const { host, runtime } = turn.options;
  if (host?.ask === undefined) {
    const reason = `${question.reason} There is nobody to ask.`;
    return Promise.resolve({ decision: 'deny', reason });
  }
  const controller = runtime.newAbortController();
  return new Promise((resolve) => {
    const takeBack = turn.abort.onAbort(() => {
      controller.abort();
      resolve({ decision: 'deny', reason: 'the turn was aborted.' });
    });
    host.ask?.(view, question, controller.signal).then(
      (answer) => {
        takeBack();
        resolve(answer);
      },
      (error: unknown) => {
        takeBack();
        resolve({ decision: 'deny', reason: `nobody could be asked (${describeError(error)}).` });
      },
    );
  });
}
