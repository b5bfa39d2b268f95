import type {
  Bus,
  Collisions,
  FileTouch,
  Runtime,
  Store,
  ToldEvent,
  TurnEventSource,
} from '@dispatch/contracts';
import type { CollisionEvent, Logger } from '@dispatch/kernel';
import { type Area, nearerOf } from './line-ranges.ts';
import { type CollisionMessage, readMessage } from './messages.ts';
import { type Neighbour, TouchedFiles } from './touched-files.ts';

const topic = 'collisions';
/** Of this host's traces, told to one that has just come. */
const maxToldTraces = 2000;
const retryMs = 30_000;
/** For the store; then all are told, whether they exist or not. */
const maxWaitMs = 1000;

export interface CollisionsParts {
  readonly runtime: Pick<Runtime, 'now' | 'sleep'>;
  readonly logger: Logger;
  /** Without it, conversations of this host alone know of one another. */
  readonly bus?: Bus | undefined;
  /** Without it, what a deleted conversation did is forgotten after an hour. */
  readonly store?: Pick<Store, 'readHeads'> | undefined;
  /** Hosts that say the same share the files of conversations without a computer. */
  readonly machine: string;
  /** Ends the attempts to hear the other hosts. */
  readonly signal: AbortSignal;
}

export interface RunningCollisions {
  readonly collisions: Collisions;
  readonly turnEvents: TurnEventSource;
  /** Begins to hear other hosts. Resolves when it does, or when it is stopped. Never rejects. */
  listen(): Promise<void>;
  dispose(): void;
}

type TouchMessage = Extract<CollisionMessage, { kind: 'touch' }>;

/** Makes the contracts `collisions` and `turnEvents`: who works on the same lines of the same files. */
export function createCollisions(parts: CollisionsParts): RunningCollisions {
  const { runtime, logger, bus, machine, signal } = parts;
  const files = new TouchedFiles();
  const listeners = new Set<(told: ToldEvent) => void>();
  let unsubscribe: (() => void) | undefined;
  let isDisposed = false;

  const tell = (told: ToldEvent) => {
    for (const listener of listeners) {
      try {
        listener(told);
      } catch (error) {
        logger.warn('a listener failed to take a collision', { error: String(error) });
      }
    }
  };
  const note = async (touch: TouchMessage, isOwn: boolean) => {
    const { hunks, ...others } = touch;
    const found = files.touch(
      hunks === undefined ? others : { ...others, hunks },
      runtime.now(),
      isOwn,
    );
    if (found.length === 0) return;
    const neighbours = await stillThere(parts, files, found);
    for (const event of eventsOf(touch, neighbours)) tell(event);
  };
  const hear = (text: string) => {
    const message = readMessage(text);
    if (message?.kind === 'touch') void note(message, false);
    if (message?.kind === 'ask') answer();
    if (message?.kind !== 'known') return;
    for (const { fileId, conversationId, area, ageMs } of message.traces) {
      files.learn(fileId, conversationId, { area, at: runtime.now() - ageMs, isOwn: false });
    }
  };
  const answer = () => {
    const traces = files.own(maxToldTraces).map(({ fileId, conversationId, trace }) => ({
      fileId,
      conversationId,
      area: trace.area,
      ageMs: Math.max(0, runtime.now() - trace.at),
    }));
    if (traces.length > 0) bus?.publish(topic, JSON.stringify({ kind: 'known', traces }));
  };

  return {
    collisions: {
      touched(touch) {
        const message = messageOf(touch, machine);
        bus?.publish(topic, JSON.stringify(message));
        return note(message, true);
      },
    },
    turnEvents: {
      subscribe(listener) {
        // A function of its own, so that one may listen twice.
        const own = (told: ToldEvent) => listener(told);
        listeners.add(own);
        return () => listeners.delete(own);
      },
    },
    async listen() {
      while (bus !== undefined && !signal.aborted && !isDisposed) {
        try {
          unsubscribe = await bus.subscribe(topic, hear);
          if (isDisposed) unsubscribe();
          else bus.publish(topic, JSON.stringify({ kind: 'ask' }));
          return;
        } catch (error) {
          logger.warn('the other hosts can not be heard yet', { error: String(error) });
          await runtime.sleep(retryMs, signal);
        }
      }
    },
    dispose() {
      isDisposed = true;
      listeners.clear();
      unsubscribe?.();
    },
  };
}

function messageOf(
  { conversationId, computerId, path, lines, hunks }: FileTouch,
  machine: string,
): TouchMessage {
  const place = computerId === undefined ? ['machine', machine] : ['computer', computerId];
  return {
    kind: 'touch',
    fileId: JSON.stringify([...place, path]),
    conversationId,
    path,
    ...(computerId === undefined ? {} : { computerId }),
    area: lines ?? 'whole',
    ...(hunks === undefined ? {} : { hunks }),
  };
}

/** Those whose conversations exist; where nobody can say, all of them. What the others did is forgotten. */
async function stillThere(
  { store, runtime, logger }: CollisionsParts,
  files: TouchedFiles,
  neighbours: readonly Neighbour[],
): Promise<readonly Neighbour[]> {
  if (store === undefined) return neighbours;
  try {
    const heads = await Promise.race([
      store.readHeads(neighbours.map(({ conversationId }) => conversationId)),
      runtime.sleep(maxWaitMs).then(() => {
        throw new Error(`no answer within ${maxWaitMs} ms`);
      }),
    ]);
    const there = new Set(heads.map(({ conversationId }) => conversationId));
    for (const { conversationId } of neighbours) {
      if (!there.has(conversationId)) files.forget(conversationId);
    }
    return neighbours.filter(({ conversationId }) => there.has(conversationId));
  } catch (error) {
    logger.warn('collisions are told without asking whether their conversations exist', {
      error: String(error),
    });
    return neighbours;
  }
}

/** To who touched the file of all others, and to each of them of who touched it. Pure. */
function eventsOf(touch: TouchMessage, neighbours: readonly Neighbour[]): ToldEvent[] {
  const [first] = neighbours;
  if (first === undefined) return [];
  const { conversationId, path, computerId } = touch;
  const eventOf = (
    severity: CollisionEvent['severity'],
    others: readonly Pick<Neighbour, 'conversationId' | 'area'>[],
  ): CollisionEvent => ({
    type: 'collision',
    path,
    ...(computerId === undefined ? {} : { computerId }),
    severity,
    others: others.map(otherOf),
  });
  const nearest = neighbours.reduce(
    (found, { severity }) => nearerOf(found, severity),
    first.severity,
  );
  return [
    { conversationId, event: eventOf(nearest, neighbours) },
    ...neighbours.map((neighbour) => ({
      conversationId: neighbour.conversationId,
      event: eventOf(neighbour.severity, [{ conversationId, area: touch.area }]),
    })),
  ];
}

function otherOf({ conversationId, area }: { conversationId: string; area: Area }) {
  if (area === 'whole') return { conversationId };
  return { conversationId, lines: area.map(([first, last]) => [first, last]) };
}
