import { type Spread, spreadOf } from './lateness.ts';
import { follow, type StartedTurn, start } from './ndjson.ts';
import { pacedScript } from './script.ts';
import { together } from './together.ts';
import { WatchedTurn } from './watched-turn.ts';

export interface FollowedOptions {
  readonly startAt: string;
  /** Each turn is followed once on each of them. */
  readonly followAt: readonly string[];
  readonly name: string;
  readonly turns: number;
  readonly deltas: number;
  readonly delayMs: number;
}

export interface FollowedCost {
  /** As each follower was told them. */
  readonly events: number;
  /** Of the events' texts, once. */
  readonly bytes: number;
  readonly wallMs: number;
  /** How much later a delta came by the second of the hosts than by the first. */
  readonly added?: Spread;
}

/** Those at the start come together: who follows was not there yet. */
const leftOut = 10;
const startsAtOnce = 50;

/** Turns that nobody reads where they are started, followed elsewhere. Rejects unless each comes whole. */
export async function measureFollowed(options: FollowedOptions): Promise<FollowedCost> {
  const { startAt, followAt, name, turns, deltas, delayMs } = options;
  const message = pacedScript(deltas, delayMs);
  const added: number[] = [];
  let events = 0;
  let bytes = 0;
  const startedAt = performance.now();
  const ends: Promise<void>[] = [];
  await together(turns, startsAtOnce, async (index) => {
    ends.push(followTurn(await start(startAt, `${name}-${index}`, message)));
  });
  await Promise.all(ends);
  const wallMs = performance.now() - startedAt;
  return {
    events: events / followAt.length,
    bytes: bytes / followAt.length,
    wallMs,
    ...(added.length === 0 ? {} : { added: spreadOf(added) }),
  };

  async function followTurn(started: StartedTurn): Promise<void> {
    const [own = [], other] = await Promise.all(
      followAt.map(async (url) => {
        const turn = new WatchedTurn();
        await follow(url, started, (line, at) => {
          events += 1;
          bytes += line.length;
          turn.hearLine(line, at);
        });
        turn.require(deltas);
        return turn.arrivals;
      }),
    );
    for (const [index, at] of (other ?? []).entries()) {
      if (index >= leftOut) added.push(at - (own[index] ?? Number.NaN));
    }
  }
}
