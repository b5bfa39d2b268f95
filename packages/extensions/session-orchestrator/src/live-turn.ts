import {
  isCodedError,
  type NewChunk,
  type TurnLease,
  type TurnSettings,
} from '@dispatch/contracts';
import {
  type CompletedStep,
  type ContentPart,
  type Message,
  type RoledChunk,
  runTurn,
  type SteeredMessage,
  type TurnEvent,
  type TurnOutcome,
  type TurnResume,
} from '@dispatch/kernel';
import type { ConversationActor } from './actors.ts';
import type { Core } from './core.ts';
import { loseTurn } from './finish-turn.ts';
import { steeredMessage } from './history.ts';
import type { ResolvedModel } from './models.ts';
import { createEventSerializer } from './serialize-event.ts';
import type { TurnLog } from './turn-log.ts';

export interface LiveTurnOptions {
  readonly actor: ConversationActor;
  readonly log: TurnLog;
  readonly model: ResolvedModel;
  readonly settings: TurnSettings & { readonly maxSteps?: number };
  readonly message: readonly ContentPart[] | undefined;
  readonly history: readonly Message[];
  readonly resume?: TurnResume;
}

/** More that wait for a step's start are dropped. */
const maxAnnounced = 100;
/** Between two attempts at a write of which it is unknown whether it was made. */
const unsureDelayMs = 500;

/**
 * A turn that runs on this host: the kernel's events go to its log, its steps to the store. It can
 * run before its message is committed: then nothing is told and nothing written until `open`.
 */
export class LiveTurn {
  readonly log: TurnLog;
  readonly options: LiveTurnOptions;
  readonly #core: Core;
  readonly #serialize: (event: TurnEvent, n: number) => string;
  readonly #abort: AbortController;
  readonly #suspend: AbortController;
  readonly #opened = Promise.withResolvers<TurnLease>();
  readonly #ended = Promise.withResolvers<void>();
  #held: TurnEvent[] | undefined = [];
  #isMuted = false;
  #isCommitting = false;
  #isDoubted = false;
  #steeredSeq = 0;
  /** Between a step's start and its commit: what is told there counts for no number that others go by. */
  #isInStep = false;
  /** Waits for the next step; goes with the turn. */
  #announced: TurnEvent[] = [];

  constructor(core: Core, options: LiveTurnOptions) {
    this.#core = core;
    this.options = options;
    this.log = options.log;
    this.#serialize = createEventSerializer(options.log.conversationId, options.log.turnId);
    this.#abort = core.runtime.newAbortController();
    this.#suspend = core.runtime.newAbortController();
    // Where nobody waits for the lease, its refusal is no fault of anybody's.
    this.#opened.promise.catch(() => {});
  }

  get turnId(): string {
    return this.log.turnId;
  }

  get isMuted(): boolean {
    return this.#isMuted;
  }

  /** A commit may have been made that this host does not know of: the store alone says where the turn stands. */
  get isCommitting(): boolean {
    return this.#isCommitting || this.#isDoubted;
  }

  /** The right to write, once the turn's start is committed. */
  get lease(): Promise<TurnLease> {
    return this.#opened.promise;
  }

  /** Resolves when the turn is sealed, or goes on elsewhere. */
  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  /** From here on it may be sealed, or another owner's: the store alone says where it stands. */
  doubt(): void {
    this.#isDoubted = true;
  }

  end(): void {
    this.#ended.resolve();
  }

  /** The turn's start is committed: tells `first`, then all that the kernel has said meanwhile. */
  open(lease: TurnLease, committedSeq: number, first: TurnEvent): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    // Its host froze on the way here.
    if (this.#core.runtime.now() >= this.#core.leasedUntil) this.doubt();
    this.tell(first);
    this.log.committedSeq = committedSeq;
    this.log.commitNumber = first.type === 'turn-start' ? this.log.base : this.log.base - 1;
    for (const event of held) this.tell(event);
    this.#opened.resolve(lease);
  }

  /** The turn's start was refused, or its host gives it up: it ends without a word or a write. */
  abandon(reason: unknown): void {
    this.#isMuted = true;
    this.#opened.reject(reason);
    this.#abort.abort();
  }

  abort(): void {
    this.#abort.abort();
  }

  /** Ends the turn at its next step boundary, resumable. */
  suspend(): void {
    this.#suspend.abort();
  }

  tell(event: TurnEvent): void {
    const n = this.log.nextNumber;
    this.log.append(this.#serialize(event, n));
    if (event.type === 'step-complete') {
      this.log.committedSeq = event.committedSeq;
      this.log.commitNumber = n;
    } else if (event.type === 'steering') {
      this.log.committedSeq = this.#steeredSeq;
      this.log.commitNumber = n;
    } else if (event.type === 'step-start') {
      this.#isInStep = true;
      const announced = this.#announced;
      this.#announced = [];
      for (const one of announced) this.tell(one);
    } else if (event.type === 'error' || event.type === 'done') this.#isInStep = false;
  }

  /**
   * Tells what is not the kernel's: within a step at once, else with the next one; nobody where the
   * turn ends before. A commit names the number of the event that tells it, so nothing may come between.
   */
  announce(event: TurnEvent): void {
    if (this.#isMuted || this.log.state !== 'open') return;
    if (this.#isInStep && this.#held === undefined) this.tell(event);
    else if (this.#announced.length < maxAnnounced) this.#announced.push(event);
  }

  /** Runs the turn to its end. Never rejects. */
  run(): Promise<TurnOutcome> {
    const { runtime, logger, redactor, retry, hooks, offerTools, store, blobs } = this.#core;
    const { approvals } = this.#core;
    const { model, settings, message, history, resume } = this.options;
    return runTurn({
      conversationId: this.log.conversationId,
      turnId: this.turnId,
      history,
      ...(message === undefined ? {} : { message }),
      ...(settings.system === undefined ? {} : { system: settings.system }),
      provider: model.provider,
      model: model.model,
      ...(settings.sampling === undefined ? {} : { sampling: settings.sampling }),
      tools: offerTools(settings.mode, settings.tools),
      limits: { maxSteps: settings.maxSteps ?? 0 },
      retry,
      signal: this.#abort.signal,
      suspendSignal: this.#suspend.signal,
      runtime,
      logger,
      redactor,
      hooks,
      ...(settings.cwd === undefined ? {} : { cwd: settings.cwd }),
      ...(settings.computerId === undefined ? {} : { computerId: settings.computerId }),
      ...(resume === undefined ? {} : { resume }),
      emit: (event) => {
        if (this.#isMuted) return;
        if (this.#held === undefined) this.tell(event);
        else this.#held.push(event);
      },
      host: {
        onStepComplete: (step) => this.#commitStep(step),
        onStepResponse: (response) =>
          this.#write((lease) =>
            store.recordResponse(lease, response.stepId, JSON.stringify(response)),
          ),
        onCallStart: async (call) => {
          await this.#write((lease) => store.recordCallStart(lease, call.stepId, call.callId));
          // A host that froze meanwhile may not be the owner any more: the tool must not run twice.
          if (runtime.now() < this.#core.leasedUntil) return;
          loseTurn(this.#core, this, 'its lease may be over');
          throw new Error('the lease may be over');
        },
        onToolStep: ({ stepId, callId, name, value }) =>
          this.#write((lease) =>
            store.recordToolStep(lease, stepId, callId, name, JSON.stringify(value)),
          ),
        onCallEnd: (result) =>
          this.#write((lease) =>
            store.recordCallEnd(lease, result.stepId, result.callId, JSON.stringify(result)),
          ),
        takeSteering: () => this.#takeSteering(),
        ...(approvals === undefined
          ? {}
          : {
              ask: async (call, question, signal) => {
                // What is asked names its turn: there has to be one.
                await this.#writable();
                return approvals.ask(call, question, {
                  signal,
                  isAborted: () => this.#abort.signal.aborted && !this.#isMuted,
                  tell: (event) => this.announce(event),
                });
              },
            }),
        keepFullResult: async (callId, content) => {
          await this.#writable();
          const blobId = runtime.newId();
          await blobs.put({
            blobId,
            conversationId: this.log.conversationId,
            mediaType: 'application/json',
            name: callId,
            bytes: Buffer.from(JSON.stringify(content)),
            at: runtime.wallNow(),
          });
          return blobId;
        },
      },
    });
  }

  async #writable(): Promise<TurnLease> {
    const lease = await this.#opened.promise;
    if (this.#isMuted) throw new Error('the turn was given up by its host');
    return lease;
  }

  /** One write of the turn's. Where the turn is another owner's by now it is given up before a word of it is told. */
  async #write<T>(write: (lease: TurnLease) => Promise<T>): Promise<T> {
    const lease = await this.#writable();
    try {
      return await write(lease);
    } catch (error) {
      if (isCodedError(error, 'stale-epoch')) {
        loseTurn(this.#core, this, 'another owner has it, or its conversation is deleted');
      }
      throw error;
    }
  }

  /**
   * A write that others learn of by its event number. As long as it is unknown whether it was made
   * nothing may be told in its place: it is made again, and where the lease ends over it the turn is
   * left to who looks into the store next.
   */
  async #writeForSure<T>(write: (lease: TurnLease) => Promise<T>): Promise<T> {
    const { runtime } = this.#core;
    let isUnsure = false;
    for (;;) {
      this.#isCommitting = true;
      try {
        const made = await this.#write(write);
        this.#isCommitting = false;
        return made;
      } catch (error) {
        isUnsure ||= isCodedError(error, 'store-unavailable') && error.details?.wasMade !== false;
        if (!isUnsure || this.#isMuted) {
          this.#isCommitting = false;
          throw error;
        }
        if (runtime.now() >= this.#core.leasedUntil) {
          loseTurn(this.#core, this, 'its lease ended before the store answered');
          throw error;
        }
      }
      await runtime.sleep(unsureDelayMs);
    }
  }

  async #commitStep(step: CompletedStep): Promise<{ committedSeq: number }> {
    const { store, runtime, options, watch, hosts } = this.#core;
    const { actor, log } = this.options;
    this.#isInStep = false;
    const committed = await this.#writeForSure((lease) =>
      store.commitStep({
        lease,
        stepIndex: step.index,
        chunks: step.chunks.map(toNewChunk),
        metrics: {
          stepId: step.stepId,
          finishReason: step.finishReason,
          ...(step.usage === undefined ? {} : { usage: step.usage }),
          ...step.timings,
          toolCalls: step.toolCalls,
        },
        // What is told next is the step's `step-complete`, behind its `error` where it failed.
        eventNumber: log.nextNumber + (step.finishReason === 'error' ? 1 : 0),
        ...(step.end === undefined ? {} : { end: step.end }),
        leaseMs: options.leaseMs,
        at: runtime.wallNow(),
      }),
    );
    if (committed.hasQueued) actor.mayHaveQueued = true;
    watch.changed(log.conversationId);
    hosts.tellChanged(log.conversationId);
    return { committedSeq: committed.lastSeq };
  }

  async #takeSteering(): Promise<readonly SteeredMessage[]> {
    const { actor } = this.options;
    if (!actor.mayHaveQueued) return [];
    const { store, runtime, blobs } = this.#core;
    const taken = await this.#writeForSure((lease) => {
      actor.mayHaveQueued = false;
      return store.commitSteering(lease, runtime.wallNow(), this.log.nextNumber);
    });
    this.#steeredSeq = taken.lastSeq;
    return Promise.all(taken.messages.map((queued) => steeredMessage(queued, blobs)));
  }
}

function toNewChunk({ role, chunk }: RoledChunk): NewChunk {
  const json = JSON.stringify(chunk);
  const isOfCall = chunk.type === 'tool-call' || chunk.type === 'tool-result';
  return isOfCall ? { role, json, callId: chunk.callId } : { role, json };
}
