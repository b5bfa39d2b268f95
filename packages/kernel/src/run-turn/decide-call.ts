import type { AskAnswer, CallDecision, ToolCallView } from '../hooks.ts';
import type { JsonValue } from '../json.ts';
import type { Tool } from '../tool.ts';
import { abortedText, type Call, type CallEnd, interrupted, refused } from './call.ts';
import type { CallRecorder } from './call-recorder.ts';
import { readContent } from './read-result.ts';
import { describeError, type Turn } from './turn.ts';
import { leftBehind, withinGrace } from './within-grace.ts';

/** What the hooks and a person make of a call. */
export type CallPlan =
  | { readonly kind: 'run'; readonly input: JsonValue }
  | { readonly kind: 'end'; readonly end: CallEnd }
  | { readonly kind: 'suspend' };

const cutOff: CallPlan = { kind: 'end', end: interrupted(abortedText) };

/** Asks the hooks in their order, and a person where a hook wants one asked. Never rejects. */
export async function decideCall(
  turn: Turn,
  call: Call,
  tool: Tool,
  recorder: CallRecorder,
): Promise<CallPlan> {
  let { input } = call.chunk;
  for (const hook of turn.options.hooks ?? []) {
    if (hook.beforeToolCall === undefined) continue;
    const view = turn.viewCall(call.chunk, tool, input);
    try {
      const decision = await withinGrace(turn, hook.beforeToolCall(view));
      if (decision === leftBehind) return cutOff;
      if (decision.decision === 'ask') call.place?.leave();
      const answer =
        decision.decision === 'ask' ? await askPerson(turn, recorder, view, decision) : decision;
      if (answer === leftBehind || turn.abort.isOver) return cutOff;
      if (answer.decision === 'suspend') return { kind: 'suspend' };
      if (answer.decision === 'answer') return answered(answer.content);
      if (answer.decision !== 'allow') {
        call.deniedBy = hook.name;
        return { kind: 'end', end: refused(`The call was denied: ${answer.reason}`) };
      }
      if (answer.input !== undefined) {
        input = answer.input;
        call.inputChangedBy = hook.name;
      }
    } catch (error) {
      turn.warn('a hook failed before a call, which is denied', error, hook.name);
      call.deniedBy = hook.name;
      return { kind: 'end', end: refused(`The call was denied: ${hook.name} failed to decide.`) };
    }
  }
  return { kind: 'run', input };
}

function answered(content: Extract<AskAnswer, { decision: 'answer' }>['content']): CallPlan {
  const end = { content: readContent(content), isError: false, isInterrupted: false };
  return { kind: 'end', end };
}

async function askPerson(
  turn: Turn,
  recorder: CallRecorder,
  view: ToolCallView,
  question: Extract<CallDecision, { decision: 'ask' }>,
): Promise<AskAnswer | typeof leftBehind> {
  const { host, runtime } = turn.options;
  if (host?.ask === undefined) {
    return { decision: 'deny', reason: `${question.reason} There is nobody to ask.` };
  }
  // Where it can not be recorded the turn is given up; where the stream broke off nothing runs.
  if (!(await recorder.recordAsk())) return { decision: 'suspend' };
  if (turn.abort.isOver) return leftBehind;
  const controller = runtime.newAbortController();
  const takeBack = turn.abort.onOver(() => controller.abort(new Error('the turn is over')));
  try {
    return await withinGrace(turn, host.ask(view, question, controller.signal));
  } catch (error) {
    const reason = `Nobody could be asked: ${describeError(error)}.`;
    return { decision: 'deny', reason };
  } finally {
    takeBack();
  }
}
