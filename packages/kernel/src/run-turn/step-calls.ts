import type { ToolCallChunk, ToolResultChunk } from '../chunk.ts';
import type { ContentPart } from '../content.ts';
import { type Call, type CallEnd, notRun, refused } from './call.ts';
import { CallLine } from './call-line.ts';
import type { CallRecorder } from './call-recorder.ts';
import type { CallRow } from './call-row.ts';
import { carryOut, refusalOf } from './carry-out.ts';
import { endedStep, sharedKey } from './ended-steps.ts';
import { fitResult } from './fit-result.ts';
import { comparable, errorNotice, progressNotice } from './notices.ts';
import type { RecordedCall, StepResponse, ToolStep } from './options.ts';
import type { Step } from './step.ts';
import { describeError, type Turn } from './turn.ts';

/**
 * The calls of one step: `pure` ones start as soon as they are told, any other once the stream has
 * ended well (KERNEL.md rule 4). Each gets exactly one result, but for those of a turn that is put
 * away.
 */
export class StepCalls implements CallRecorder {
  /** In the order of the stream. */
  readonly calls: Call[] = [];
  /** Why the turn ends with these calls. */
  verdict: 'no-progress' | 'too-many-errors' | undefined;
  /** What a callback of the host's rejected with: nothing more is written. */
  refusal: { readonly error: unknown } | undefined;
  readonly #turn: Turn;
  readonly #step: Step;
  readonly #recorded: readonly RecordedCall[];
  readonly #running: Promise<void>[] = [];
  readonly #line = new CallLine();
  #shared: Map<string, Promise<CallEnd | undefined>> | undefined;
  #waiting: Call[] = [];
  #isStreamOver = false;
  #isBroken = false;
  #streamOver: PromiseWithResolvers<void> | undefined;
  /** In the order in which they end. */
  #row: CallRow | undefined;
  #judged = 0;
  #failed = 0;
  #response: (() => StepResponse) | undefined;
  #handedOver: Promise<void> | undefined;

  constructor(turn: Turn, step: Step, recorded: readonly RecordedCall[] = []) {
    this.#turn = turn;
    this.#step = step;
    this.#recorded = recorded;
  }

  /** A call waits for a person, and the turn is to be put away. */
  get isSuspended(): boolean {
    return this.calls.some(({ isSuspended }) => isSuspended);
  }

  /** The model has asked for a call: tells it, and starts it if it may start already. */
  add(chunk: ToolCallChunk): void {
    const { stepId, callId, name, input } = chunk;
    this.#turn.emit({ type: 'tool-call', stepId, callId, name, input });
    const known = this.#recorded.find((recorded) => recorded.callId === callId);
    const call: Call = {
      chunk,
      tool: this.#turn.toolset.tools.get(name),
      position: this.calls.length,
      hadStarted: known !== undefined && known.result === undefined,
      recordedSteps: known?.steps ?? [],
      span: undefined,
      inputChangedBy: undefined,
      resultChangedBy: undefined,
      deniedBy: undefined,
      place: undefined,
      hasPermit: false,
      hasRun: false,
      isShared: false,
      isSuspended: false,
      result: undefined,
    };
    this.calls.push(call);
    if (known?.result !== undefined) {
      this.#judge(call, known.result, known.result.interrupted === true);
      this.#tell(call, known.result);
    } else if (call.tool === undefined || call.tool.effect === 'pure') this.#start(call);
    else this.#waiting.push(call);
  }

  /**
   * The stream has ended well: all calls run, and have their results when this resolves. `response`
   * is handed over before the first that is not `pure`; undefined where it is recorded already.
   */
  async runAll(response: (() => StepResponse) | undefined): Promise<void> {
    this.#response = response;
    for (const call of this.#endStream()) this.#start(call);
    await this.#settle();
    if (this.#turn.abort.isOver) await this.#endSuspended(notRun);
    else if (this.isSuspended) return this.#putAway();
    const { guard, toolset } = this.#turn;
    this.verdict = guard.addStep(endedStep(this.calls, toolset.tools));
  }

  async #putAway(): Promise<void> {
    for (const { isSuspended, span } of this.calls) {
      if (isSuspended) span?.close({ attributes: { suspended: true } });
    }
    await this.#tryHost(() => this.#handOver());
  }

  /** The stream has broken off: what waits does not run, what runs is waited for. */
  async refuseWaiting(endOf: (call: Call) => CallEnd): Promise<void> {
    this.#isBroken = true;
    for (const call of this.#endStream()) this.#running.push(this.#finish(call, endOf(call)));
    await this.#settle();
    await this.#endSuspended(endOf);
  }

  #endStream(): Call[] {
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#isStreamOver = true;
    this.#streamOver?.resolve();
    return waiting;
  }

  async #settle(): Promise<void> {
    for (const running of this.#running) await running;
  }

  /** Nobody is going to ask again: what waited for a person has its end, too. */
  async #endSuspended(endOf: (call: Call) => CallEnd): Promise<void> {
    for (const call of this.calls) {
      if (!call.isSuspended) continue;
      call.isSuspended = false;
      await this.#finish(call, endOf(call));
    }
  }

  #start(call: Call): void {
    if (call.tool !== undefined && call.tool.effect !== 'pure') call.place = this.#line.take();
    this.#running.push(this.#run(call));
  }

  async #run(call: Call): Promise<void> {
    let end: CallEnd | undefined;
    try {
      end = refusalOf(this.#turn, call) ?? (await this.#carryOut(call));
    } catch (error) {
      end = refused(`The call failed: ${describeError(error)}`);
    }
    call.place?.leave();
    // What comes after a call with effects starts once the result of this one is recorded.
    if (call.tool?.effect === 'pure') this.#leaveSemaphore(call);
    if (end === undefined) call.isSuspended = true;
    else await this.#finish(call, end);
    this.#leaveSemaphore(call);
  }

  #leaveSemaphore(call: Call): void {
    if (!call.hasPermit) return;
    call.hasPermit = false;
    this.#turn.semaphore.release();
  }

  /** Identical `pure` calls run once. */
  #carryOut(call: Call): Promise<CallEnd | undefined> {
    const { tool, chunk } = call;
    if (tool === undefined) throw new Error('there is no such tool');
    if (tool.effect !== 'pure') return carryOut(this.#turn, this.#step, call, tool, this);
    this.#shared ??= new Map();
    const key = sharedKey(chunk);
    const shared = this.#shared.get(key);
    if (shared !== undefined) {
      call.isShared = true;
      return shared;
    }
    const ending = carryOut(this.#turn, this.#step, call, tool, this);
    this.#shared.set(key, ending);
    return ending;
  }

  async recordAsk(): Promise<boolean> {
    if (!this.#isStreamOver) await this.#untilStreamOver();
    if (this.#isBroken) return false;
    return this.#tryHost(() => this.#handOver());
  }

  #untilStreamOver(): Promise<void> {
    this.#streamOver ??= Promise.withResolvers();
    return this.#streamOver.promise;
  }

  /** The response, then the call's start, are safe before the call has an effect. */
  async recordStart({ chunk }: Call): Promise<boolean> {
    const { host } = this.#turn.options;
    if (host === undefined) return true;
    return this.#tryHost(async () => {
      await this.#handOver();
      await host.onCallStart?.(chunk);
    });
  }

  async recordToolStep({ chunk }: Call, { name, value }: ToolStep): Promise<boolean> {
    const { stepId, callId } = chunk;
    const { host } = this.#turn.options;
    return this.#tryHost(async () => {
      await this.#handOver();
      await host?.onToolStep?.({ stepId, callId, name, value });
    });
  }

  #handOver(): Promise<void> {
    this.#handedOver ??= (async () => {
      const { host } = this.#turn.options;
      if (this.#response !== undefined) await host?.onStepResponse?.(this.#response());
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
      // Whoever takes the turn over runs these calls: none of them may go on here.
      this.#turn.abort.giveUp();
      return false;
    }
  }

  async #finish(call: Call, end: CallEnd): Promise<void> {
    const fitted = await this.#fit(call, end);
    if (!this.#isStreamOver && this.#turn.guard.errorVerdict !== 'go-on') {
      // Only with the last result of the step is it certain that every call failed.
      await this.#untilStreamOver();
    }
    const notices = this.#judge(call, fitted, fitted.isInterrupted);
    const { stepId, callId, name } = call.chunk;
    const result: ToolResultChunk = {
      type: 'tool-result',
      stepId,
      callId,
      name,
      content: notices.length === 0 ? fitted.content : [...fitted.content, ...notices],
      isError: fitted.isError,
      ...(fitted.durationMs === undefined ? undefined : { durationMs: fitted.durationMs }),
      ...(fitted.isInterrupted ? { interrupted: true } : undefined),
    };
    const { host } = this.#turn.options;
    if (call.hasRun && call.tool?.effect !== 'pure' && host?.onCallEnd !== undefined) {
      await this.#tryHost(async () => host.onCallEnd?.(result));
    }
    this.#tell(call, result);
  }

  async #fit(call: Call, end: CallEnd): Promise<CallEnd> {
    try {
      return await fitResult(this.#turn, call, end);
    } catch (error) {
      this.#turn.warn('a result could not be made fit to be told', error, call.chunk.name);
      return { ...end, ...refused('The result of the call could not be told.') };
    }
  }

  /** What the model has to be told of this call beyond its result. */
  #judge(
    { chunk, isShared }: Call,
    { content, isError }: Pick<CallEnd, 'content' | 'isError'>,
    isInterrupted: boolean,
  ): ContentPart[] {
    this.#judged += 1;
    if (isError) this.#failed += 1;
    const { guard } = this.#turn;
    const notices: ContentPart[] = [];
    if (!isInterrupted && !isShared) {
      this.#row ??= guard.startStep();
      const { name, input } = chunk;
      const verdict = this.#row.add({ name, input, content: comparable(content) });
      if (verdict !== 'go-on') notices.push(progressNotice);
    }
    const isLast = this.#isStreamOver && this.#judged === this.calls.length;
    if (isLast && this.#failed === this.#judged && guard.errorVerdict !== 'go-on') {
      notices.push(errorNotice);
    }
    return notices;
  }

  #tell(call: Call, result: ToolResultChunk): void {
    call.result = result;
    this.#turn.emit(result);
    const { inputChangedBy, resultChangedBy, deniedBy } = call;
    call.span?.close({
      status: result.isError ? 'error' : 'ok',
      attributes: {
        isError: result.isError,
        interrupted: result.interrupted === true,
        ...(result.durationMs === undefined ? undefined : { durationMs: result.durationMs }),
        ...(inputChangedBy === undefined ? undefined : { inputChangedBy }),
        ...(resultChangedBy === undefined ? undefined : { resultChangedBy }),
        ...(deniedBy === undefined ? undefined : { deniedBy }),
      },
    });
  }
}
