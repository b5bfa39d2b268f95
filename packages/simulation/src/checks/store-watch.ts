import type { MemoryDatabase } from '@dispatch/conformance/fakes';
import type { ConversationInspection, TurnLease, TurnRecord } from '@dispatch/contracts';
import { checkConversation } from '@dispatch/invariants';
import type { Effects } from '../model/effects.ts';
import type { World } from '../world/world.ts';

/** How long a lease may be over depends on what has become of the hosts. */
const noLeaseOver = { leaseOverMs: Number.POSITIVE_INFINITY };

type Looked = (result: unknown) => void;

/** Methods that change nothing of a conversation. */
const reads = new Set([
  'ping',
  'readConversation',
  'listConversations',
  'readChunks',
  'readHeads',
  'readView',
  'renewLeases',
  'readTurn',
  'readLastTurn',
  'readTurnMetrics',
  'listQueue',
  'listStrandedQueues',
  'dropIdempotencyKeys',
  'listConversationIds',
  'inspectConversation',
  'blobs.put',
  'blobs.describe',
  'blobs.read',
  'blobs.removeUnowned',
  'records.read',
  'records.list',
  'records.write',
  'records.remove',
]);

/** Looks at the store after each change of it: what is there, and what became of what was there. */
export class StoreWatch {
  readonly #world: World;
  readonly #database: MemoryDatabase;
  readonly #effects: Effects;
  readonly #seen = new Map<string, ConversationInspection>();
  /** By turn: its newest epoch. */
  readonly #epochs = new Map<string, number>();
  /** By turn: when its steps were committed. */
  readonly #commits = new Map<string, number[]>();
  /** By life of a host and turn: the epoch by which it has the turn. */
  readonly #owners = new Map<string, number>();

  constructor(world: World, database: MemoryDatabase, effects: Effects) {
    this.#world = world;
    this.#database = database;
    this.#effects = effects;
  }

  /** The epoch by which a life of a host has a turn, and whether it is the turn's newest. */
  ownership(incarnation: string, turnId: string): { epoch: number; isNewest: boolean } {
    const epoch = this.#owners.get(`${incarnation} ${turnId}`) ?? 0;
    return { epoch, isNewest: epoch === this.#epochs.get(turnId) };
  }

  /** How many of a turn's steps were committed after a time. */
  commitsAfter(turnId: string, time: number): number {
    return (this.#commits.get(turnId) ?? []).filter((at) => at > time).length;
  }

  /** Undefined for what changes nothing. */
  beforeCall(incarnation: string, method: string, args: readonly unknown[]): Looked | undefined {
    if (reads.has(method)) return undefined;
    const lease = leaseOf(args[0]);
    const before = lease && this.#database.readTurn(lease.conversationId, lease.turnId);
    const isStale = lease !== undefined && isStaleFor(lease, before);
    return (result) => {
      if (method === 'claimTurns') {
        // What the contract's method of this name resolves with.
        for (const turn of result as readonly TurnRecord[]) {
          this.#own(incarnation, turn.turnId, turn.epoch);
          this.#look(turn.conversationId);
        }
        return;
      }
      if (method === 'startTurn') this.#started(incarnation, args[0], result);
      const conversationId = lease?.conversationId ?? conversationOf(args[0]);
      const seen = conversationId === undefined ? undefined : this.#seen.get(conversationId);
      if (conversationId !== undefined) this.#look(conversationId);
      if (isStale && conversationId !== undefined && seen !== this.#seen.get(conversationId)) {
        this.#refuse(method, lease, before, seen, this.#seen.get(conversationId));
      }
      this.#complete(method, lease, args);
    };
  }

  #own(incarnation: string, turnId: string, epoch: number): void {
    const known = this.#epochs.get(turnId) ?? 0;
    if (epoch <= known) {
      this.#world.violated('epochs-rise', `${turnId} was given epoch ${epoch} after ${known}`);
    }
    this.#epochs.set(turnId, epoch);
    this.#owners.set(`${incarnation} ${turnId}`, epoch);
  }

  #started(incarnation: string, record: unknown, result: unknown): void {
    const { turnId } = record as { turnId: string };
    const { outcome, epoch } = result as { outcome: string; epoch?: number };
    // Asked again after a lost answer, the start is answered as it was.
    if (outcome === 'started' && epoch !== undefined && !this.#epochs.has(turnId)) {
      this.#own(incarnation, turnId, epoch);
    }
  }

  /** A write by a lease that was not good any more may be answered, and must have changed nothing. */
  #refuse(
    method: string,
    lease: TurnLease,
    turn: TurnRecord | undefined,
    before: ConversationInspection | undefined,
    after: ConversationInspection | undefined,
  ): void {
    if (withoutLeases(before) === withoutLeases(after)) return;
    this.#world.violated(
      'stale-write-refused',
      `${method} with epoch ${lease.epoch} changed ${lease.turnId}, whose epoch is ${turn?.epoch} (${turn?.state})`,
    );
  }

  #complete(method: string, lease: TurnLease | undefined, args: readonly unknown[]): void {
    if (lease === undefined) return;
    const complete = (callId: string) => {
      const log = this.#effects.get(lease.turnId, callId);
      if (log !== undefined) log.isCompleted = true;
    };
    if (method === 'recordCallEnd') complete(String(args[2]));
    if (method === 'recordToolStep') {
      const [, , callId, name, json] = args.map(String);
      const steps = this.#effects.get(lease.turnId, callId ?? '')?.recordedSteps;
      if (steps?.has(name ?? '') === false) steps.set(name ?? '', json ?? '');
    }
    if (method !== 'commitStep') return;
    const { chunks } = args[0] as { chunks: readonly { role: string; json: string }[] };
    for (const { role, json } of chunks) {
      if (role !== 'tool') continue;
      const { callId }: { callId: string } = JSON.parse(json);
      complete(callId);
    }
  }

  #look(conversationId: string): void {
    const now = this.#database.inspect(conversationId);
    const before = this.#seen.get(conversationId);
    if (now === undefined) {
      this.#seen.delete(conversationId);
      return;
    }
    this.#seen.set(conversationId, now);
    this.#world.checks += 1;
    if (before !== undefined) this.#compare(before, now);
    for (const { turnId, stepsCommitted } of now.turns) {
      const known = this.#commits.get(turnId) ?? [];
      if (known.length < stepsCommitted) this.#commits.set(turnId, [...known, this.#world.now()]);
    }
    // All of it is looked at when it stands still, and now and then in between.
    if (now.conversation.status === 'idle' || this.#world.chance(0.1)) this.check(now);
  }

  /** What is always true of a conversation. */
  check(inspection: ConversationInspection): void {
    this.#world.checks += 1;
    for (const { code, message, turnId, seq } of checkConversation(inspection, noLeaseOver)) {
      this.#world.violated(`store:${code}`, `${message} (turn ${turnId}, seq ${seq})`);
    }
  }

  /** What was committed stays as it is. */
  #compare(before: ConversationInspection, now: ConversationInspection): void {
    // One that was deleted and made again is another one.
    if (before.conversation.createdAt !== now.conversation.createdAt) return;
    for (let index = 0; index < before.chunks.length; index += 1) {
      if (before.chunks[index] === now.chunks[index]) continue;
      const { seq, json } = before.chunks[index] ?? { seq: 0, json: '' };
      this.#world.violated('history-stays', `chunk ${seq} was ${json}`);
    }
    for (let index = 0; index < before.turns.length; index += 1) {
      const was = before.turns[index];
      const is = now.turns[index];
      if (was === undefined) continue;
      if (is?.turnId !== was.turnId) {
        this.#world.violated('turns-stay', `${was.turnId} is gone`);
      } else if (is.epoch < was.epoch || is.stepsCommitted < was.stepsCommitted) {
        this.#world.violated('turn-goes-on', `${was.turnId} went back`);
      } else if (was.end !== undefined && !isSameSeal(was, is)) {
        this.#world.violated('sealed-stays', `${was.turnId} was changed after its seal`);
      }
    }
  }
}

function isSameSeal(was: TurnRecord, is: TurnRecord): boolean {
  return (
    was.end === is.end &&
    was.epoch === is.epoch &&
    was.lastSeq === is.lastSeq &&
    was.eventNumber === is.eventNumber &&
    was.stepsCommitted === is.stepsCommitted
  );
}

function leaseOf(argument: unknown): TurnLease | undefined {
  if (typeof argument !== 'object' || argument === null) return undefined;
  const lease: unknown = 'lease' in argument ? argument.lease : argument;
  if (typeof lease !== 'object' || lease === null || !('epoch' in lease)) return undefined;
  // The one argument with an `epoch` that the contract knows.
  return lease as TurnLease;
}

function conversationOf(argument: unknown): string | undefined {
  if (typeof argument === 'string') return argument;
  if (typeof argument !== 'object' || argument === null) return undefined;
  if ('newConversationId' in argument) return String(argument.newConversationId);
  return 'conversationId' in argument ? String(argument.conversationId) : undefined;
}

function isStaleFor(lease: TurnLease, turn: TurnRecord | undefined): boolean {
  return turn === undefined || turn.epoch !== lease.epoch || turn.state === 'sealed';
}

function withoutLeases(inspection: ConversationInspection | undefined): string {
  return JSON.stringify(inspection, (key, value: unknown) =>
    key === 'leaseLeftMs' ? undefined : value,
  );
}
