import { type Spread, spreadOf } from './lateness.ts';
import { chat } from './ndjson.ts';
import { together } from './together.ts';
import { typeOf } from './watched-turn.ts';

export interface LoadOptions {
  /** Conversation by conversation, the hosts take turns. */
  readonly urls: readonly string[];
  /** Named so, with a number behind; each has `turnsEach` turns, one after the other. */
  readonly name: string;
  readonly conversations: number;
  readonly turnsEach: number;
  readonly inFlight: number;
  readonly message: string;
}

export interface LoadCost {
  readonly turns: number;
  readonly deltas: number;
  readonly wallMs: number;
  /** Of the clients. */
  readonly cpuMs: number;
  /** Of a turn, from asking to its seal. */
  readonly turnMs: Spread;
}

/** Turns as fast as they go, so many at a time. Rejects unless each was told to its seal. */
export async function measureLoad(options: LoadOptions): Promise<LoadCost> {
  const { urls, name, conversations, turnsEach, inFlight, message } = options;
  const samples: number[] = [];
  let deltas = 0;
  const cpuBefore = process.cpuUsage();
  const startedAt = performance.now();
  await together(conversations, inFlight, async (index) => {
    const url = urls[index % urls.length] ?? '';
    for (let turn = 0; turn < turnsEach; turn += 1) {
      const askedAt = performance.now();
      await chat(url, { conversationId: `${name}-${index}`, message }, (line) => {
        if (typeOf(line) === 'text-delta') deltas += 1;
      });
      samples.push(performance.now() - askedAt);
    }
  });
  const wallMs = performance.now() - startedAt;
  const { user, system } = process.cpuUsage(cpuBefore);
  return {
    turns: samples.length,
    deltas,
    wallMs,
    cpuMs: (user + system) / 1000,
    turnMs: spreadOf(samples),
  };
}
