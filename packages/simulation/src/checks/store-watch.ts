import type { MemoryDatabase } from '@dispatch/conformance/fakes';
import type {
  ClaimTurns,
  CommitStepRecord,
  ConversationInspection,
  StartTurnRecord,
  StartTurnResult,
  TurnLease,
  TurnRecord,
} from '@dispatch/contracts';
import { checkConversation, chunkReader } from '@dispatch/invariants';
import { durableTool } from '../extensions/tool-names.ts';
import type { Effects } from '../model/effects.ts';
import type { World } from '../world/world.ts';
import { compareStandings, type Standing, standingOf } from './standing.ts';

/** All of a conversation is looked at when a turn is sealed, and so often in between. */
const shareOfChecks = 0.1;

type Looked = (result: unknown) => void;

/** Methods that change nothing that is looked at here. */
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
  'measureConversations',
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
  readonly readChunk = chunkReader();
  /** How long a lease may be over depends on what has become of the hosts. */
  readonly #checks = { leaseOverMs: Number.POSITIVE_INFINITY, readChunk: this.readChunk };
  readonly #world: World;
  readonly #database: MemoryDatabase;
  readonly #effects: Effects;
  readonly #seen = new Map<string, Standing>();
  /** Conversations that are gone, or were, and may have been made anew. */
  readonly #deleted = new Set<string>();
  /** By turn: its newest epoch, and whose it is. */
  readonly #newest = new Map<string, { readonly epoch: number; readonly incarnation: string }>();
  /** By turn: when its steps were committed. */
  readonly #commits = new Map<string, number[]>();
  /** By conversation: how many chunks it had, and since when. */
  readonly #growth = new Map<string, { readonly lastSeq: number; readonly at: number }[]>();
  /** By turn: when it was taken over. */
  readonly #claims = new Map<string, number[]>();
  /** By life of a host and turn: the epoch by which it has the turn. */
  readonly #owners = new Map<string, number>();

  constructor(world: World, database: MemoryDatabase, effects: Effects) {
    this.#world = world;
    this.#database = database;
    this.#effects = effects;
  }

  /** By which epoch a life of a host has a turn, and whether the turn is another's by now. */
  ownership(incarnation: string, turnId: string): Ownership {
    const epoch = this.#owners.get(`${incarnation} ${turnId}`) ?? 0;
    const newest = this.#newest.get(turnId);
    return {
      epoch,
      isNewest: epoch === newest?.epoch,
      isOthers: newest !== undefined && hostOf(newest.incarnation) !== hostOf(incarnation),
    };
  }

  /** A conversation was deleted at least once. */
  wasDeleted(conversationId: string): boolean {
    return this.#deleted.has(conversationId);
  }

  /** The ledger of the step under way has the call. */
  isStarted(conversationId: string, callId: string): boolean {
    return this.#database.peek(conversationId)?.running?.ledger.has(callId) === true;
  }

  /** How many of a turn's steps were committed after a time. */
  commitsAfter(turnId: string, time: number): number {
    return (this.#commits.get(turnId) ?? []).filter((at) => at > time).length;
  }

  /** When a conversation first had more than `seq` chunks; undefined: it has not. */
  committedSince(conversationId: string, seq: number): number | undefined {
    return this.#growth.get(conversationId)?.find(({ lastSeq }) => lastSeq > seq)?.at;
  }

  /** When a turn was first taken over after a time; Infinity: it was not. */
  takenOverAfter(turnId: string, time: number): number {
    return this.#claims.get(turnId)?.find((at) => at > time) ?? Number.POSITIVE_INFINITY;
  }

  /** Undefined for what changes nothing. */
  beforeCall(incarnation: string, method: string, args: readonly unknown[]): Looked | undefined {
    if (reads.has(method)) return undefined;
    const [first] = args;
    // The arguments and results of each method are those of the contract.
    if (method === 'claimTurns') {
      const leased = this.#leasedFrom((first as ClaimTurns).owner);
      return (result) => this.#claimed(incarnation, result as readonly TurnRecord[], leased);
    }
    if (method === 'startTurn') {
      const { conversationId, turnId } = first as StartTurnRecord;
      return (result) => {
        this.#started(incarnation, turnId, result as StartTurnResult);
        this.#look(conversationId);
      };
    }
    const lease = leaseOf(first);
    if (lease !== undefined) return this.#beforeWrite(method, lease, args);
    const conversationId = conversationOf(first);
    return conversationId === undefined ? undefined : () => this.#look(conversationId);
  }

  /** What is always true of a conversation. */
  check(inspection: ConversationInspection): void {
    this.#world.checks += 1;
    for (const { code, message, turnId, seq } of checkConversation(inspection, this.#checks)) {
      this.#world.violated(`store:${code}`, `${message} (turn ${turnId}, seq ${seq})`);
    }
  }

  /** Turns that nobody but their owners may claim now. */
  #leasedFrom(claimer: string): ReadonlySet<string> {
    const leased = new Set<string>();
    for (const conversationId of this.#seen.keys()) {
      const running = this.#database.peek(conversationId)?.running;
      if (running === undefined || running.owner === claimer) continue;
      if (running.leaseUntil > this.#world.now()) leased.add(running.turnId);
    }
    return leased;
  }

  #claimed(incarnation: string, turns: readonly TurnRecord[], leased: ReadonlySet<string>): void {
    for (const { conversationId, turnId, epoch } of turns) {
      if (leased.has(turnId)) {
        this.#world.violated('lease-holds', `${turnId} was claimed while its lease ran`);
      }
      this.#own(incarnation, turnId, epoch);
      this.#claims.set(turnId, [...(this.#claims.get(turnId) ?? []), this.#world.now()]);
      this.#look(conversationId);
    }
  }

  #started(incarnation: string, turnId: string, result: StartTurnResult): void {
    // Asked again after a lost answer, the start is answered as it was.
    if (result.outcome === 'started' && !this.#newest.has(turnId)) {
      this.#own(incarnation, turnId, result.epoch);
    }
  }

  #own(incarnation: string, turnId: string, epoch: number): void {
    const known = this.#newest.get(turnId)?.epoch ?? 0;
    if (epoch <= known) {
      this.#world.violated('epochs-rise', `${turnId} was given epoch ${epoch} after ${known}`);
    }
    this.#newest.set(turnId, { epoch, incarnation });
    this.#owners.set(`${incarnation} ${turnId}`, epoch);
  }

  /** A write by a lease that is not good any more may be answered, and must change nothing. */
  #beforeWrite(method: string, lease: TurnLease, args: readonly unknown[]): Looked {
    const { conversationId, turnId, epoch } = lease;
    const before = this.#database.peek(conversationId)?.turns.find((one) => one.turnId === turnId);
    const isStale = before?.epoch !== epoch || before.end !== undefined;
    const text = isStale ? this.#textOf(conversationId) : undefined;
    return () => {
      if (isStale && text !== this.#textOf(conversationId)) {
        const message = `${method} with epoch ${epoch} changed ${turnId} of epoch ${before?.epoch}`;
        this.#world.violated('stale-write-refused', message);
      }
      this.#complete(method, lease, args);
      this.#look(conversationId);
    };
  }

  #textOf(conversationId: string): string {
    const inspection = this.#database.inspect(conversationId);
    return JSON.stringify(inspection, (key, value: unknown) =>
      key === 'leaseLeftMs' ? undefined : value,
    );
  }

  #complete(method: string, { turnId }: TurnLease, args: readonly unknown[]): void {
    if (method === 'recordCallEnd') {
      const { callId, name }: CallResult = JSON.parse(String(args[3]));
      const log = this.#effects.get(turnId, callId, name);
      if (log !== undefined) log.isCompleted = true;
    }
    if (method === 'recordToolStep') {
      const [, , callId, name, json] = args.map(String);
      const steps = this.#effects.get(turnId, callId ?? '', durableTool)?.recordedSteps;
      if (steps?.has(name ?? '') === false) steps.set(name ?? '', json ?? '');
    }
    if (method !== 'commitStep') return;
    const { chunks } = args[0] as CommitStepRecord;
    for (const { role, json } of chunks) {
      if (role !== 'tool') continue;
      const { callId, name, interrupted = false }: CallResult = JSON.parse(json);
      const log = this.#effects.get(turnId, callId, name);
      // Whoever takes a turn over ends some calls without running them.
      const hasRun = log !== undefined && log.effect !== 'pure' && !interrupted;
      if (hasRun && !log.isCompleted) {
        this.#world.violated('call-end-recorded', `${callId} (${log.tool}) ended without a record`);
      }
      if (log !== undefined) log.isCompleted = true;
    }
  }

  #grown(conversationId: string, lastSeq: number): void {
    const growth = this.#growth.get(conversationId) ?? [];
    growth.push({ lastSeq, at: this.#world.now() });
    this.#growth.set(conversationId, growth);
  }

  #look(conversationId: string): void {
    const conversation = this.#database.peek(conversationId);
    const before = this.#seen.get(conversationId);
    if (conversation === undefined) {
      if (this.#seen.delete(conversationId)) this.#deleted.add(conversationId);
      this.#growth.delete(conversationId);
      // A start that is made twice, with the deletion in between, makes the turn anew.
      for (const { turnId } of before?.turns ?? []) this.#newest.delete(turnId);
      return;
    }
    const now = standingOf(conversation);
    this.#seen.set(conversationId, now);
    this.#world.checks += 1;
    if (before !== undefined) compareStandings(this.#world, before, now);
    const lastSeq = now.chunks.length;
    if (lastSeq > (before?.chunks.length ?? 0)) this.#grown(conversationId, lastSeq);
    for (const { turnId, steps } of now.turns) {
      const known = this.#commits.get(turnId) ?? [];
      if (known.length < steps) this.#commits.set(turnId, [...known, this.#world.now()]);
    }
    const isSealed = now.turns.at(-1)?.end !== before?.turns.at(-1)?.end;
    const isLookedAt = this.#world.chance(shareOfChecks) || isSealed;
    const inspection = isLookedAt ? this.#database.inspect(conversationId) : undefined;
    if (inspection !== undefined) this.check(inspection);
  }
}

/** How a life of a host stands to a turn. */
export interface Ownership {
  /** 0: it never had it. */
  readonly epoch: number;
  readonly isNewest: boolean;
  /** Another host has it. False where it is an earlier life's of the same host. */
  readonly isOthers: boolean;
}

function hostOf(incarnation: string): string {
  return incarnation.slice(0, incarnation.indexOf('.'));
}

/** Of a call's result, as it is recorded and committed. */
interface CallResult {
  readonly callId: string;
  readonly name: string;
  readonly interrupted?: boolean;
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
