import type { StoredChunk } from '@dispatch/contracts';
import { createStreamChecker, type StreamEvent, type StreamViolation } from '@dispatch/invariants';
import type { UserInput } from '@dispatch/kernel';
import type { World } from '../world/world.ts';

/** A chunk as a client is told it. */
export interface ToldChunk {
  readonly seq: number;
  readonly turnId: string;
  readonly role: StoredChunk['role'];
  readonly chunk: { readonly type: string; readonly stepId?: string; readonly text?: string };
}

export interface ToldView {
  readonly chunks: readonly ToldChunk[];
  readonly lastSeq: number;
  readonly activeTurn: { readonly turnId: string; readonly cursor: string } | null;
  /** Of a snapshot: older chunks, where there are any, were too large to be in it. */
  readonly firstSeq?: number | null;
}

/**
 * What one client knows of one conversation, from chunks and from events: each piece exactly once,
 * however often it lost its connection.
 */
export class Mirror {
  readonly name: string;
  readonly checker = createStreamChecker();
  /** All chunks up to here were told, by themselves or as events. */
  seq = 0;
  /** The last event. */
  cursor: string | undefined;
  events = 0;
  /** What was committed up to here it need not have been told. */
  fromSeq: number | undefined;
  /** Steps that were told whole, and how. */
  readonly covered = new Map<string, 'chunks' | 'events'>();
  /** By turn: the highest number. */
  readonly #last = new Map<string, number>();
  /** Texts of users that were told by themselves. */
  readonly messages = new Set<string>();
  /** By turn: up to here its `turn-start` told what users said. */
  readonly starts = new Map<string, number>();
  readonly #world: World;

  constructor(name: string, world: World) {
    this.name = name;
    this.#world = world;
  }

  /** What a host tells is of this form; the checker finds what is out of order. */
  event(event: StreamEvent): void {
    if (this.#world.trace.isOn) this.#world.note(this.name, 'event', JSON.stringify(event));
    this.#world.checks += 1;
    this.events += 1;
    this.fromSeq ??= event.type === 'turn-start' ? event.committedSeq : 0;
    this.#check(this.checker.event(event));
    this.cursor = `${event.turnId}:${event.n}`;
    // Asked for again, while the first time was still on its way.
    if (event.n <= (this.#last.get(event.turnId) ?? -1)) return;
    this.#last.set(event.turnId, event.n);
    if (event.type === 'step-complete') {
      this.#cover(event.stepId, 'events');
      this.seq = event.committedSeq;
    } else if (event.type === 'turn-start') {
      this.starts.set(event.turnId, event.committedSeq);
      this.seq = event.committedSeq;
    } else if (event.type === 'steering') {
      for (const { message } of event.messages) this.messages.add(textOf(message));
    } else if (event.type === 'turn-sealed') {
      this.seq = event.lastSeq;
    }
  }

  /** A host took the cursor: what comes follows it. */
  reconnected(cursor: string): void {
    this.checker.reconnected(parseCursor(cursor));
  }

  /** Nothing more is read by the cursor: the next view says where it goes on. */
  leave(): void {
    this.cursor = undefined;
  }

  resynced(lastSeq: number): void {
    this.#world.note(this.name, 'resync', String(lastSeq));
    this.cursor = undefined;
    this.#check(this.checker.resynced(lastSeq));
  }

  /** Chunks after `seq`, and where the events go on. */
  view({ chunks, lastSeq, activeTurn, firstSeq }: ToldView): void {
    this.fromSeq ??= 0;
    if (typeof firstSeq === 'number' && this.#world.faults.has('flood')) {
      // What is left out this client does without.
      this.seq = Math.max(this.seq, firstSeq - 1);
      this.fromSeq = Math.max(this.fromSeq, this.seq);
    }
    if (this.#world.trace.isOn) {
      this.#world.note(this.name, 'view', `${this.seq} ${lastSeq} ${JSON.stringify(activeTurn)}`);
    }
    this.#world.checks += 1;
    for (const { seq } of chunks) {
      if (seq !== this.seq + 1) {
        this.#world.violated(
          'chunks-in-order',
          `${this.name}: chunk ${seq} came after ${this.seq}`,
        );
        return;
      }
      this.seq = seq;
    }
    if (this.seq !== lastSeq) {
      this.#world.violated(
        'chunks-complete',
        `${this.name}: lastSeq is ${lastSeq}, the last chunk ${this.seq}`,
      );
    }
    for (const { role, chunk } of chunks) if (role === 'user') this.messages.add(chunk.text ?? '');
    const steps = new Set(chunks.map(({ chunk }) => chunk.stepId));
    for (const stepId of steps) if (stepId !== undefined) this.#cover(stepId, 'chunks');
    const cursor = activeTurn?.cursor;
    this.cursor = cursor;
    this.#check(
      this.checker.joined({ lastSeq, ...(cursor ? { cursor: parseCursor(cursor) } : {}) }),
    );
  }

  #cover(stepId: string, how: 'chunks' | 'events'): void {
    const before = this.covered.get(stepId);
    if (before !== undefined) {
      this.#world.violated('told-once', `${this.name}: ${stepId} by ${before}, then by ${how}`);
    }
    this.covered.set(stepId, how);
  }

  #check(violation: StreamViolation | undefined): void {
    if (violation === undefined) return;
    const { code, message } = violation;
    this.#world.violated(`stream:${code}`, `${this.name}: ${message}`);
  }
}

/** What was said, without the images beside it. */
function textOf(message: UserInput): string {
  if (typeof message === 'string') return message;
  return message.map((part) => (part.type === 'text' ? part.text : '')).join('');
}

function parseCursor(cursor: string): { turnId: string; n: number } {
  const end = cursor.lastIndexOf(':');
  return { turnId: cursor.slice(0, end), n: Number(cursor.slice(end + 1)) };
}
