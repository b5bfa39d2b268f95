import type { ToolCallChunk, ToolResultChunk } from '../chunk.ts';
import type { Tool } from '../tool.ts';
import { type Call, type CallEnd, interrupted, refused } from './call.ts';
import { decideCall } from './decide-call.ts';
import { fitResult } from './fit-result.ts';
import type { RecordedCall, StepResponse } from './options.ts';
import { resumeCall } from './resume-call.ts';
import { runTool } from './run-tool.ts';
import { Semaphore } from './semaphore.ts';
import type { Step } from './step.ts';
import { describeError, type Turn } from './turn.ts';

const abortedText = 'The call was cut off: the turn was aborted.';
const progressNotice =
  'Notice: the same calls have now brought the same results several times in a row. Do something else, or say what is in the way.';
const errorNotice =
  'Notice: in several steps in a row every call has failed. Read the errors, change the approach, or say what is in the way.';

/**
 * The calls of one step: `pure` ones start as soon as they are told, any other once the stream has
 * ended well (KERNEL.md rule 4). Each gets exactly one result, but for those of a turn that is put
 * away.
 */
export class StepCalls {
  /** In the order of the stream. */
  readonly calls: Call[] = [];
  /** The guard's verdict on these calls. */
  isNoProgress = false;
  isTooManyErrors = false;
  /** What a callback of the host's rejected with: nothing more is written. */
  refusal: { readonly error: unknown } | undefined;
  readonly #turn: Turn;
  readonly #step: Step;
  readonly #semaphore: Semaphore;
  readonly #running: Promise<void>[] = [];
  readonly #shared = new Map<string, Promise<CallEnd | undefined>>();
  readonly #recorded: ReadonlyMap<string, RecordedCall>;
  #waiting: Call[] = [];
  #open = 0;
  #isStreamOver = false;
  #response: () => StepResponse | undefined = () => undefined;
  #handedOver: Promise<void> | undefined;

  constructor(turn: Turn, step: Step, recorded: readonly RecordedCall[] = []) {
    this.#turn = turn;
    this.#step = step;
    this.#semaphore = new Semaphore(turn.limits.maxConcurrency);
    this.#recorded = new Map(recorded.map((call) => [call.callId, call]));
  }

  /** A call waits for a person, and the turn is to be put away. */
  get isSuspended(): boolean {
    return this.calls.some(({ isSuspended }) => isSuspended);
  }

  get results(): ToolResultChunk[] {
    return this.calls.flatMap(({ result }) => (result === undefined ? [] : [result]));
  }

  /** The model has asked for a call: tells it, and starts it if it may start already. */
  add(chunk: ToolCallChunk, problem?: string): void {
    const { stepId, callId, name, input } = chunk;
    this.#turn.emit({ type: 'tool-call', stepId, callId, name, input });
    const tool = this.#turn.tools.get(name);
    const position = this.calls.length;
    const call: Call = { chunk, tool, problem, position, result: undefined, isSuspended: false };
    this.calls.push(call);
    this.#open += 1;
    const isCertain = tool === undefined || problem !== undefined || tool.effect === 'pure';
    if (isCertain) this.#start(call);
    else this.#waiting.push(call);
  }

  /**
   * The stream has ended well: all calls run, and have their results when this resolves. `response`
   * is handed over before the first that is not `pure`; undefined where it is recorded already.
   */
  async runAll(response: () => StepResponse | undefined): Promise<void> {
    this.#response = response;
    this.#isStreamOver = true;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const call of waiting) this.#start(call);
    await this.#settle();
    if (this.isSuspended && this.refusal === undefined) await this.#tryHost(() => this.#handOver());
    if (this.calls.length > 0) {
      this.#turn.guard.addStep(this.calls.every(({ result }) => result?.isError === true));
    }
  }

  /** The stream has broken off: what waits does not run, what runs is waited for. */
  async refuseWaiting(end: CallEnd): Promise<void> {
    this.#isStreamOver = true;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const call of waiting) this.#running.push(this.#finish(call, end));
    await this.#settle();
  }

  async #settle(): Promise<void> {
    for (const running of this.#running) await running;
  }

  #start(call: Call): void {
    this.#running.push(this.#carryOut(call));
  }

  async #carryOut(call: Call): Promise<void> {
    let end: CallEnd | undefined;
    try {
      const known = this.#recorded.get(call.chunk.callId);
      if (known?.result !== undefined) {
        this.#tell(call, known.result);
        return;
      }
      end = await this.#endOf(call, known !== undefined);
    } catch (error) {
      end = refused(`The call failed: ${describeError(error)}`);
    }
    if (end === undefined) call.isSuspended = true;
    else await this.#finish(call, end);
  }

  /** Undefined where the call waits for a person and the turn is put away. */
  async #endOf(call: Call, hadStarted: boolean): Promise<CallEnd | undefined> {
    const { tool, problem, position } = call;
    const { maxCallsPerStep } = this.#turn.limits;
    if (position >= maxCallsPerStep) {
      return refused(
        `The call was not run: one step may have ${maxCallsPerStep} calls. Ask for the rest in the next one.`,
      );
    }
    if (tool === undefined) return refused(unknownTool(this.#turn, call.chunk.name));
    if (problem !== undefined) return refused(problem);
    if (tool.effect !== 'pure') return this.#decideAndRun(call, tool, hadStarted);
    const key = `${call.chunk.name} ${JSON.stringify(call.chunk.input)}`;
    const shared = this.#shared.get(key);
    if (shared !== undefined) {
      call.isShared = true;
      return shared;
    }
    const ending = this.#decideAndRun(call, tool, false);
    this.#shared.set(key, ending);
    return ending;
  }

  async #decideAndRun(call: Call, tool: Tool, hadStarted: boolean): Promise<CallEnd | undefined> {
    const turn = this.#turn;
    let prepared = tool.prepare(call.chunk.input);
    if (!prepared.ok) return refused(invalidInput(tool, prepared.message));
    let changedBy: string | undefined;
    if (!hadStarted && turn.options.hooks !== undefined) {
      const plan = await decideCall(turn, call, tool);
      if (plan.kind === 'suspend') return undefined;
      if (plan.kind === 'end') return plan.end;
      changedBy = plan.changedBy;
      if (changedBy !== undefined) prepared = tool.prepare(plan.input);
      if (!prepared.ok) return refused(invalidInput(tool, prepared.message));
    }
    await this.#semaphore.acquire(tool.isConcurrent);
    try {
      if (turn.abort.isAborted) return interrupted(abortedText);
      if (tool.effect !== 'pure' && !(await this.#recordStart(call))) {
        return refused('The call was not run: the store did not answer.');
      }
      if (turn.abort.isAborted) return interrupted(abortedText);
      return await this.#runInSpan(call, tool, prepared, hadStarted, changedBy);
    } finally {
      this.#semaphore.release();
    }
  }

  async #runInSpan(
    call: Call,
    tool: Tool,
    prepared: Extract<ReturnType<Tool['prepare']>, { ok: true }>,
    hadStarted: boolean,
    changedBy: string | undefined,
  ): Promise<CallEnd> {
    const { callId, name } = call.chunk;
    const span = this.#turn.options.logger.openSpan('tool-call', {
      parent: this.#step.span.context,
      attributes: {
        tool: name,
        callId,
        effect: tool.effect,
        ...(changedBy === undefined ? undefined : { inputChangedBy: changedBy }),
      },
    });
    const settled = hadStarted ? await resumeCall(this.#turn, call, tool, span) : undefined;
    const end = settled ?? (await runTool(this.#turn, call, tool, prepared, span));
    call.hasRun = true;
    span.close({
      status: end.isError ? 'error' : 'ok',
      attributes: { isError: end.isError, interrupted: end.isInterrupted },
    });
    return end;
  }

  /** The response, then the call's start, are safe before the call has an effect. */
  async #recordStart(call: Call): Promise<boolean> {
    const { host } = this.#turn.options;
    if (host === undefined) return true;
    return this.#tryHost(async () => {
      await this.#handOver();
      await host.onCallStart?.(call.chunk);
    });
  }

  #handOver(): Promise<void> {
    this.#handedOver ??= (async () => {
      const response = this.#response();
      if (response !== undefined) await this.#turn.options.host?.onStepResponse?.(response);
    })();
    return this.#handedOver;
  }

  async #tryHost(work: () => Promise<void>): Promise<boolean> {
    if (this.refusal !== undefined) return false;
    try {
      await work();
      return true;
    } catch (error) {
      this.refusal ??= { error };
      return false;
    }
  }

  async #finish(call: Call, end: CallEnd): Promise<void> {
    const fitted = await fitResult(this.#turn, call, end);
    const notices = this.#judge(call, fitted);
    const { stepId, callId, name } = call.chunk;
    const content =
      notices.length === 0
        ? fitted.content
        : [...fitted.content, ...notices.map((text) => ({ type: 'text', text }) as const)];
    const result: ToolResultChunk = {
      type: 'tool-result',
      stepId,
      callId,
      name,
      content,
      isError: fitted.isError,
      ...(fitted.durationMs === undefined ? undefined : { durationMs: fitted.durationMs }),
      ...(fitted.isInterrupted ? { interrupted: true } : undefined),
    };
    const { host } = this.#turn.options;
    if (call.hasRun === true && call.tool?.effect !== 'pure' && host?.onCallEnd !== undefined) {
      await this.#tryHost(async () => host.onCallEnd?.(result));
    }
    this.#tell(call, result);
  }

  /** What the model has to be told of this call beyond its result. */
  #judge(call: Call, end: CallEnd): string[] {
    if (end.isInterrupted || call.isShared === true) return [];
    const { guard } = this.#turn;
    const { name, input } = call.chunk;
    const verdict = guard.addCall(`${name} ${JSON.stringify([input, end.content])}`);
    if (verdict === 'end') this.isNoProgress = true;
    const notices = verdict === 'go-on' ? [] : [progressNotice];
    const isLast = this.#isStreamOver && this.#open === 1;
    const haveOthersFailed = () =>
      this.calls.every((other) => other === call || other.result?.isError === true);
    if (isLast && end.isError && haveOthersFailed()) {
      const errors = guard.peekErrorStep();
      if (errors === 'end') this.isTooManyErrors = true;
      if (errors !== 'go-on') notices.push(errorNotice);
    }
    return notices;
  }

  #tell(call: Call, result: ToolResultChunk): void {
    call.result = result;
    this.#open -= 1;
    this.#turn.emit(result);
  }
}

function unknownTool(turn: Turn, name: string): string {
  const names = [...turn.tools.keys()];
  const offer = names.length === 0 ? 'There are none.' : `There are: ${names.join(', ')}.`;
  return `There is no tool ${JSON.stringify(name)}. ${offer}`;
}

function invalidInput(tool: Tool, message: string): string {
  return `The input does not fit ${tool.name}: ${message} Call it again with an input that fits its schema.`;
}
