import type { OutputStream } from '../event.ts';
import type { RedactorStream } from '../redaction.ts';
import type { Tool, ToolContext, ToolResult, ToolSteps } from '../tool.ts';
import { WellFormedText } from '../well-formed.ts';
import { abortedText, type Call, type CallEnd, interrupted, refused } from './call.ts';
import { type CallSteps, noSteps } from './call-steps.ts';
import { LateSignal, withSignal } from './late-signal.ts';
import { readResult } from './read-result.ts';
import { describeError, roundMs, type Turn } from './turn.ts';

/**
 * Gives `work` the context of a call, and ends it at its deadline or the turn's end: `work` gets its
 * signal, and what has not reported `abortGraceMs` later is left behind. Never rejects.
 */
export function withinDeadline(
  turn: Turn,
  call: Call,
  tool: Tool,
  work: (context: ToolContext) => Promise<ToolResult>,
  steps?: CallSteps,
): Promise<CallEnd> {
  const { timeoutMs = turn.limits.toolTimeoutMs } = tool;
  const startedAt = turn.now();
  const late = new LateSignal(turn.options.runtime);
  const output = new CallOutput(turn, call);
  return new Promise((resolve) => {
    let isOver = false;
    /** Why it was told to stop, once it was. */
    let cutOff: string | undefined;
    let takeBack = () => {};
    let stopTimer = () => {};
    const durationMs = () => roundMs(turn.now() - startedAt);
    const settle = (end: CallEnd) => {
      if (isOver) return;
      isOver = true;
      output.close();
      steps?.close();
      takeBack();
      stopTimer();
      resolve(end);
    };
    const cut = (reason: string) => {
      if (isOver || cutOff !== undefined) return;
      cutOff = reason;
      stopTimer();
      stopTimer = turn.timer.after(turn.limits.abortGraceMs, () => {
        settle(interrupted(reason, durationMs()));
      });
      steps?.stop(reason);
      late.abort(reason);
    };
    stopTimer = turn.timer.after(timeoutMs, () => {
      cut(`The call was cut off: it did not end within ${timeoutMs} ms.`);
    });
    takeBack = turn.abort.onOver(() => cut(abortedText));
    start(work, contextOf(turn, call, late, output, steps)).then(
      ({ content, isError }) =>
        settle({ content, isError, isInterrupted: false, durationMs: durationMs() }),
      (error: unknown) => {
        if (cutOff !== undefined) return settle(interrupted(cutOff, durationMs()));
        settle({
          ...refused(`The tool failed: ${describeError(error)}`),
          durationMs: durationMs(),
        });
      },
    );
  });
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** What a tool throws at once is no other than what it rejects with. */
async function start(
  work: (context: ToolContext) => Promise<ToolResult>,
  context: ToolContext,
): Promise<Required<ToolResult>> {
  return readResult(await work(context));
}

function contextOf(
  turn: Turn,
  call: Call,
  late: LateSignal,
  output: CallOutput,
  step: ToolSteps = noSteps,
): ToolContext {
  const { conversationId, turnId, cwd, computerId } = turn.options;
  const { callId, stepId } = call.chunk;
  const context: Writable<ToolContext> = withSignal(
    {
      callId,
      conversationId,
      turnId,
      stepId,
      span: (call.span ?? turn.span).context,
      output: (stream: OutputStream, delta: string) => output.push(stream, delta),
      step,
    },
    late,
  );
  if (cwd !== undefined) context.cwd = cwd;
  if (computerId !== undefined) context.computerId = computerId;
  return context;
}

interface OutputState {
  readonly text: WellFormedText;
  readonly redacting: RedactorStream | undefined;
}

/** What a call prints: well-formed, without secrets, and nothing once it is over. */
class CallOutput {
  readonly #turn: Turn;
  readonly #call: Call;
  #streams: Map<OutputStream, OutputState> | undefined;
  #isOpen = true;

  constructor(turn: Turn, call: Call) {
    this.#turn = turn;
    this.#call = call;
  }

  push(stream: OutputStream, delta: string): void {
    if (!this.#isOpen || typeof delta !== 'string' || delta === '') return;
    this.#streams ??= new Map();
    let state = this.#streams.get(stream);
    if (state === undefined) {
      const redacting = this.#turn.options.redactor?.stream();
      state = { text: new WellFormedText(), redacting };
      this.#streams.set(stream, state);
    }
    const text = state.text.push(delta);
    this.#tell(stream, state.redacting?.push(text) ?? text);
  }

  close(): void {
    this.#isOpen = false;
    for (const [stream, { text, redacting }] of this.#streams ?? []) {
      const rest = text.flush();
      try {
        this.#tell(
          stream,
          redacting === undefined ? rest : redacting.push(rest) + redacting.flush(),
        );
      } catch (error) {
        this.#turn.warn('the end of what a call printed could not be told', error, 'redactor');
      }
    }
  }

  #tell(stream: OutputStream, delta: string): void {
    if (delta === '') return;
    const { stepId, callId } = this.#call.chunk;
    this.#turn.emit({ type: 'tool-output', stepId, callId, stream, delta });
  }
}
