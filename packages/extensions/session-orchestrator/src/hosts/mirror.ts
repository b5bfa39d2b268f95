import type { Core } from '../core.ts';
import { rebuildSealedLog } from '../sealed-log.ts';
import type { TurnLog } from '../turn-log.ts';
import type { EventsMessage } from './host-messages.ts';

/** Received and not yet acknowledged: then the owner is told how far it has come. */
const ackBytes = 256 * 1024;

export interface MirrorOptions {
  readonly mirrorId: string;
  readonly conversationId: string;
  readonly turnId: string;
  /** The first number that is wanted. */
  readonly from: number;
  /** Who runs the turn, as far as is known; empty: nobody. */
  readonly owner: string;
}

/** How a mirror's first answer was: its log can be read from `from` on, or what is wanted is gone. */
export type MirrorStart = 'good' | 'lost' | 'no-answer';

/**
 * A turn that another host runs, as this host's readers see it: its events are asked for from the
 * owner, whoever that is at the time, and copied into a log. Where the owner is not heard of, the
 * store tells who is the next one, or how the turn ended.
 */
export class Mirror {
  readonly conversationId: string;
  readonly turnId: string;
  readonly mirrorId: string;
  readonly #core: Core;
  #owner: string;
  /** Where readers begin. */
  readonly first: TurnLog;
  #log: TurnLog;
  readonly #start = Promise.withResolvers<MirrorStart>();
  readonly #over: AbortController;
  #heardAt: number;
  #holders = 0;
  #isOver = false;
  /** The owner was asked to say again what is missing. */
  #isGapTold = false;
  #unackedBytes = 0;
  /** Who said since the last beat that the turn is not its own. */
  #denied = '';

  constructor(core: Core, options: MirrorOptions) {
    this.#core = core;
    this.conversationId = options.conversationId;
    this.turnId = options.turnId;
    this.mirrorId = options.mirrorId;
    this.#owner = options.owner;
    this.#over = core.runtime.newAbortController();
    this.#heardAt = core.runtime.now();
    this.first = this.#open(options.from, Number.POSITIVE_INFINITY);
    this.#log = this.first;
    void this.#beat();
    if (this.#owner === '' || this.#owner === core.options.hostId) void this.#look();
    else this.#ask(false);
  }

  /** The newest owner's; those of earlier ones lead to it. */
  get log(): TurnLog {
    return this.#log;
  }

  /** Whether a reader that wants `from` finds it here. */
  covers(from: number): boolean {
    return !this.#isOver && this.first.firstNumber <= from && from <= this.#log.nextNumber;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Resolves with the first answer, or after `withinMs` without one. */
  async started(withinMs: number): Promise<MirrorStart> {
    const timer = this.#core.runtime.newAbortController();
    const start = await Promise.race([
      this.#start.promise,
      this.#core.runtime.sleep(withinMs, timer.signal).then((): MirrorStart => 'no-answer'),
    ]);
    timer.abort();
    return start;
  }

  /** Keeps the mirror until the returned function is called. */
  hold(): () => void {
    this.#holders += 1;
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      this.#holders -= 1;
      if (this.#holders === 0) this.close();
    };
  }

  /** What its owner says. */
  take(message: EventsMessage): void {
    if (this.#isOver) return;
    this.#heardAt = this.#core.runtime.now();
    if (message.state === 'unknown') {
      if (this.#owner !== '') {
        this.#denied = this.#owner;
        this.#owner = '';
        void this.#look();
      }
      return;
    }
    if (message.state === 'lost') {
      this.#cutOff();
      return;
    }
    if (!this.#append(message)) {
      if (!this.#isGapTold) this.#ask(true);
      this.#isGapTold = true;
      return;
    }
    this.#start.resolve('good');
    if (this.#log.nextNumber < message.nextNumber) {
      if (this.#unackedBytes >= ackBytes) this.#ask(false);
      return;
    }
    if (message.state === 'closed') {
      this.#log.committedSeq = message.committedSeq;
      this.#log.close(this.#core.runtime.now());
      this.#core.logs.seal(this.#log);
      this.#end();
    } else if (message.breaks > this.#log.breaks && message.state === 'broken') {
      this.#log.breakOff();
    }
  }

  /** Copies what is new. False where something is missing before it. */
  #append(message: EventsMessage): boolean {
    const { from, base, earlierOwnerFrom, previousSeq, events } = message;
    if (from > this.#log.nextNumber) {
      // Another owner's begin anew; what the readers have of the one before may be enough, or not.
      if (base > this.#log.nextNumber && from === base) {
        this.#continueIn(this.#open(base, earlierOwnerFrom ?? Number.POSITIVE_INFINITY));
      } else {
        return false;
      }
    }
    const log = this.#log;
    if (log.base === 0 && previousSeq !== null) log.previousSeq = previousSeq;
    for (const event of events.slice(Math.max(0, log.nextNumber - from))) {
      log.append(event);
      this.#unackedBytes += event.length;
    }
    this.#isGapTold = false;
    return true;
  }

  #open(base: number, earlierOwnerFrom: number): TurnLog {
    const { conversationId, turnId } = this;
    this.#core.actors.hold(conversationId);
    return this.#core.logs.openMirror({ conversationId, turnId, base, earlierOwnerFrom });
  }

  #continueIn(next: TurnLog): void {
    const previous = this.#log;
    this.#log = next;
    const actor = this.#core.actors.get(this.conversationId);
    if (actor?.newest === previous) actor.newest = next;
    previous.continueIn(next, this.#core.runtime.now());
    this.#core.logs.seal(previous);
  }

  /** The turn has a new owner, as that one says itself. */
  ownedBy(host: string): void {
    if (this.#isOver) return;
    this.#owner = host;
    this.#ask(false);
  }

  /** The turn goes on here. */
  continueHere(log: TurnLog): void {
    if (this.#isOver) return;
    this.#continueIn(log);
    this.#end();
  }

  #ask(isGap: boolean): void {
    this.#unackedBytes = 0;
    this.#core.hosts.send(this.#owner, {
      kind: 'follow',
      host: this.#core.options.hostId,
      mirrorId: this.mirrorId,
      turnId: this.turnId,
      from: this.#log.nextNumber,
      isGap,
    });
  }

  async #beat(): Promise<void> {
    const { runtime, hosts } = this.#core;
    while (!this.#isOver) {
      await runtime.sleep(hosts.heartbeatMs, this.#over.signal);
      if (this.#isOver) return;
      this.#isGapTold = false;
      this.#denied = '';
      const isSilent = runtime.now() - this.#heardAt > 2 * hosts.heartbeatMs;
      if (this.#owner === '' || isSilent) await this.#look();
      else this.#ask(false);
    }
  }

  /** Who runs the turn now, or how did it end? The store knows. */
  async #look(): Promise<void> {
    const { store, options, logs } = this.#core;
    const { conversationId, turnId } = this;
    const record = await store.readTurn(conversationId, turnId).catch(() => 'no-answer' as const);
    if (this.#isOver || record === 'no-answer') return;
    if (record === undefined) {
      this.#log.close(this.#core.runtime.now());
      this.#core.logs.seal(this.#log);
      this.#end();
      return;
    }
    if (record.state === 'sealed') {
      const rebuilt = rebuildSealedLog(this.#core, record);
      if (rebuilt !== undefined) this.continueHere(rebuilt);
      return;
    }
    const { owner } = record;
    const own = owner === options.hostId ? logs.get(this.turnId) : undefined;
    if (own !== undefined) {
      this.continueHere(own);
      return;
    }
    // Its lease still runs, or it is not taken up again yet: that is told, or seen with the next beat.
    const isNotYet = owner === options.hostId || owner === this.#denied;
    this.#owner = isNotYet ? '' : owner;
    if (this.#owner !== '') this.#ask(false);
    else if (owner === '') this.#start.resolve('no-answer');
  }

  /** What its readers want next is gone. */
  #cutOff(): void {
    this.#start.resolve('lost');
    this.#log.close(this.#core.runtime.now(), 'cut-off');
    this.#core.logs.seal(this.#log);
    this.#end();
  }

  #end(): void {
    this.#isOver = true;
    this.#start.resolve('good');
    this.#over.abort();
    this.#core.hosts.closed(this, this.#owner);
  }

  /** Nobody reads it any more. */
  close(): void {
    if (this.#isOver) return;
    this.#end();
    this.#log.close(this.#core.runtime.now(), 'cut-off');
    this.#core.logs.drop(this.#log);
  }
}
