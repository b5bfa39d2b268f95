import type { OutputStream } from '../event.ts';
import type { Span } from '../logging.ts';
import type { PreparedCall, Tool, ToolContext, ToolResult } from '../tool.ts';
import { WellFormedText } from '../well-formed.ts';
import { type Call, type CallEnd, interrupted } from './call.ts';
import { LateSignal } from './late-signal.ts';
import { describeError, roundMs, type Turn } from './turn.ts';

/** Runs a tool within its deadline, until it reports, or is left behind. Never rejects. */
export function runTool(
  turn: Turn,
  call: Call,
  tool: Tool,
  prepared: Extract<PreparedCall, { ok: true }>,
  span: Span,
): Promise<CallEnd> {
  return withinDeadline(turn, call, tool.timeoutMs ?? turn.limits.toolTimeoutMs, span, (context) =>
    prepared.run(context),
  );
}

/** Gives `work` a tool's context, and ends it at its deadline or the turn's abort. */
export function withinDeadline(
  turn: Turn,
  call: Call,
  timeoutMs: number,
  span: Span,
  work: (context: ToolContext) => Promise<ToolResult>,
): Promise<CallEnd> {
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
      late.abort(reason);
    };
    stopTimer = turn.timer.after(timeoutMs, () => {
      cut(`The call was cut off: it did not end within ${timeoutMs} ms.`);
    });
    takeBack = turn.abort.onAbort(() => cut('The call was cut off: the turn was aborted.'));
    start(work, contextOf(turn, call, late, span, output)).then(
      ({ content, isError = false }) =>
        settle({ content, isError, isInterrupted: false, durationMs: durationMs() }),
      (error: unknown) => {
        if (cutOff !== undefined) return settle(interrupted(cutOff, durationMs()));
        const text = `The tool failed: ${describeError(error)}`;
        const content = [{ type: 'text', text } as const];
        settle({ content, isError: true, isInterrupted: false, durationMs: durationMs() });
      },
    );
  });
}

/** What a tool throws at once is no other than what it rejects with. */
async function start(
  work: (context: ToolContext) => Promise<ToolResult>,
  context: ToolContext,
): Promise<ToolResult> {
  const result = await work(context);
  if (!Array.isArray(result?.content)) throw new Error('it returned no content');
  return result;
}

function contextOf(
  turn: Turn,
  call: Call,
  late: LateSignal,
  span: Span,
  output: CallOutput,
): ToolContext {
  const { conversationId, turnId, cwd, computerId } = turn.options;
  const { callId, stepId } = call.chunk;
  return {
    callId,
    conversationId,
    turnId,
    stepId,
    get signal() {
      return late.signal;
    },
    span: span.context,
    ...(cwd === undefined ? undefined : { cwd }),
    ...(computerId === undefined ? undefined : { computerId }),
    output: (stream, delta) => output.push(stream, delta),
  };
}

interface OutputState {
  readonly text: WellFormedText;
  push(delta: string): string;
  flush(): string;
}

/** What a call prints: well-formed, without secrets, and nothing once it is over. */
class CallOutput {
  readonly #turn: Turn;
  readonly #call: Call;
  readonly #streams = new Map<OutputStream, OutputState>();
  #isOpen = true;

  constructor(turn: Turn, call: Call) {
    this.#turn = turn;
    this.#call = call;
  }

  push(stream: OutputStream, delta: string): void {
    if (!this.#isOpen || delta === '') return;
    let state = this.#streams.get(stream);
    if (state === undefined) {
      state = this.#openStream();
      this.#streams.set(stream, state);
    }
    this.#tell(stream, state.push(state.text.push(delta)));
  }

  close(): void {
    this.#isOpen = false;
    for (const [stream, state] of this.#streams) {
      this.#tell(stream, state.push(state.text.flush()) + state.flush());
    }
  }

  #openStream(): OutputState {
    const redacting = this.#turn.options.redactor?.stream();
    return {
      text: new WellFormedText(),
      push: (delta) => redacting?.push(delta) ?? delta,
      flush: () => redacting?.flush() ?? '',
    };
  }

  #tell(stream: OutputStream, delta: string): void {
    if (delta === '') return;
    const { stepId, callId } = this.#call.chunk;
    this.#turn.emit({ type: 'tool-output', stepId, callId, stream, delta });
  }
}
