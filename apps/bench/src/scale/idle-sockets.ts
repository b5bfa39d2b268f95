import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { cpuMs, peakMib, residentMib } from '../processes.ts';
import { type Spread, spreadOf } from './lateness.ts';
import { chat } from './ndjson.ts';
import { type ChatSocket, openSocket } from './socket.ts';
import { together } from './together.ts';

export interface IdleSocketsOptions {
  readonly url: string;
  readonly pid: number;
  readonly sockets: number;
  /** The sockets follow them, each as many. */
  readonly conversations: number;
  readonly idleMs: number;
  /** Turns that are started afterwards, one after the other. */
  readonly turns: number;
}

export interface IdleSocketsCost {
  readonly restMib: number;
  readonly connectedMib: number;
  readonly subscribedMib: number;
  readonly peakMib: number;
  readonly connectMs: number;
  /** Of the host, while nothing happens but pings. */
  readonly idleCpuMs: number;
  /** From asking for a turn on one socket to its first delta on each that follows. */
  readonly heard: Spread;
  /** From a ping of a client to its answer, all of them at once. */
  readonly pong: Spread;
}

/** What the process needs beside its sockets. */
const otherFiles = 200;
/** So that garbage of before does not count as memory of what is there. */
const settleMs = 5000;

/** Sockets that follow conversations in which nothing happens. Rejects where one is lost. */
export async function measureIdleSockets(options: IdleSocketsOptions): Promise<IdleSocketsCost> {
  const { url, pid, sockets, conversations, idleMs, turns } = options;
  requireFiles(sockets + otherFiles);
  const nameOf = (index: number) => `idle-${index % conversations}`;
  await together(conversations, 64, (index) =>
    chat(url, { conversationId: nameOf(index), message: 'Hello' }, () => {}),
  );
  await sleep(settleMs);
  const restMib = residentMib(pid);

  const firstDeltas = new Map<string, number[]>();
  const opened: ChatSocket[] = [];
  const connectAt = performance.now();
  await together(sockets, 100, async () => {
    opened.push(
      await openSocket(url, ({ conversationId = '', event }, at) => {
        if (event?.type === 'text-delta') firstDeltas.get(conversationId)?.push(at);
      }),
    );
  });
  const connectMs = performance.now() - connectAt;
  await sleep(settleMs);
  const connectedMib = residentMib(pid);

  await together(sockets, 100, async (index) => {
    await opened[index]?.ask('chat.subscribe', { conversationId: nameOf(index) });
  });
  await sleep(settleMs);
  const subscribedMib = residentMib(pid);
  const cpuBefore = cpuMs(pid);
  await sleep(idleMs);
  const idleCpuMs = cpuMs(pid) - cpuBefore;

  const heard: number[] = [];
  for (let turn = 0; turn < turns; turn += 1) {
    const conversationId = nameOf(turn);
    const arrivals: number[] = [];
    firstDeltas.set(conversationId, arrivals);
    const askedAt = performance.now();
    await opened[turn]?.ask('chat.send', { conversationId, message: 'Hello again' });
    while (arrivals.length < sockets / conversations) await sleep(1);
    for (const at of arrivals) heard.push(at - askedAt);
  }
  const pongs: number[] = [];
  const pingedAt = performance.now();
  await Promise.all(
    opened.map(async (socket) => {
      await socket.ask('ping');
      pongs.push(performance.now() - pingedAt);
    }),
  );
  for (const socket of opened) socket.close();
  return {
    restMib,
    connectedMib,
    subscribedMib,
    peakMib: peakMib(pid),
    connectMs,
    idleCpuMs,
    heard: spreadOf(heard),
    pong: spreadOf(pongs),
  };
}

function requireFiles(count: number): void {
  const limits = readFileSync('/proc/self/limits', 'utf8');
  const allowed = Number(/Max open files\s+(\d+)/.exec(limits)?.[1] ?? Number.POSITIVE_INFINITY);
  if (allowed < count) {
    throw new Error(`${count} open files are needed, ${allowed} are allowed: ulimit -n ${count}`);
  }
}
