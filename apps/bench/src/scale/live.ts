import { cpuMs, peakMib, residentMib } from '../processes.ts';
import { latenessOf, type Spread, spreadOf } from './lateness.ts';
import { chat } from './ndjson.ts';
import { pacedScript } from './script.ts';
import { openSocket } from './socket.ts';
import { together } from './together.ts';
import { WatchedTurn } from './watched-turn.ts';

export interface LiveOptions {
  readonly url: string;
  readonly pid: number;
  readonly turns: number;
  readonly deltas: number;
  readonly delayMs: number;
  /** 0: each turn is read over a connection of its own, as NDJSON. */
  readonly sockets: number;
}

export interface LiveCost {
  readonly events: number;
  /** Of the events' texts: what a turn's log holds. */
  readonly bytes: number;
  readonly wallMs: number;
  /** From asking for a turn to its first delta. */
  readonly first: Spread;
  /** Turns that were told anew from their start: the host had taken them for lost. */
  readonly resets: number;
  readonly lateness: Spread;
  /** Of the host. */
  readonly cpuMs: number;
  readonly restMib: number;
  readonly peakMib: number;
}

/** Turns asked for and not yet begun: beyond it the next waits. */
const startsAtOnce = 256;

/** Many turns that stream at the same time. Rejects unless each came whole. */
export async function measureLive(options: LiveOptions): Promise<LiveCost> {
  const { url, pid, turns, deltas, delayMs, sockets } = options;
  const restMib = residentMib(pid);
  const cpuBefore = cpuMs(pid);
  const startedAt = performance.now();
  const tally = { events: 0, bytes: 0 };
  const message = pacedScript(deltas, delayMs);
  const watched =
    sockets === 0
      ? await overHttp(url, turns, message, tally)
      : await overSockets(url, turns, sockets, message, tally);
  const wallMs = performance.now() - startedAt;
  for (const turn of watched) turn.require(deltas);
  return {
    ...tally,
    wallMs,
    first: spreadOf(watched.map(({ firstMs }) => firstMs)),
    resets: watched.reduce((sum, turn) => sum + turn.resets, 0),
    lateness: spreadOf(watched.flatMap(({ arrivals }) => latenessOf(arrivals, delayMs))),
    cpuMs: cpuMs(pid) - cpuBefore,
    restMib,
    peakMib: peakMib(pid),
  };
}

interface Tally {
  events: number;
  bytes: number;
}

async function overHttp(url: string, turns: number, message: string, tally: Tally) {
  const watched: WatchedTurn[] = [];
  const ends: Promise<void>[] = [];
  await together(turns, startsAtOnce, async () => {
    const turn = new WatchedTurn();
    watched.push(turn);
    await new Promise<void>((resolve, reject) => {
      const end = chat(url, { message }, (line, at) => {
        resolve();
        tally.events += 1;
        tally.bytes += line.length;
        turn.hearLine(line, at);
      });
      end.catch(reject);
      ends.push(end);
    });
  });
  await Promise.all(ends);
  return watched;
}

async function overSockets(
  url: string,
  turns: number,
  sockets: number,
  message: string,
  tally: Tally,
) {
  const watched = new Map<string, WatchedTurn>();
  const allSealed = Promise.withResolvers<void>();
  let sealed = 0;
  const opened = await Promise.all(
    Array.from({ length: sockets }, () =>
      openSocket(url, ({ type, conversationId = '', event }, at, bytes) => {
        if (type !== 'chat.delta' || event === undefined) {
          allSealed.reject(new Error(`${conversationId}: a frame ${type} came`));
          return;
        }
        tally.events += 1;
        tally.bytes += bytes;
        const isOfFirstStep = event.stepId?.endsWith('#0') ?? false;
        watched.get(conversationId)?.hear(event.type, isOfFirstStep, at);
        if (event.type !== 'turn-sealed') return;
        sealed += 1;
        if (sealed === turns) allSealed.resolve();
      }),
    ),
  );
  await together(turns, startsAtOnce, async (index) => {
    const conversationId = `live-${index}`;
    watched.set(conversationId, new WatchedTurn());
    await opened[index % sockets]?.ask('chat.send', { conversationId, message });
  });
  await allSealed.promise;
  for (const socket of opened) socket.close();
  return [...watched.values()];
}
