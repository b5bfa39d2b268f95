import { Agent, request } from 'node:http';
import { typeOf } from './watched-turn.ts';

const agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY });

/** A turn's events as one host tells them; each line is heard with the time at which it came. */
export type OnLine = (line: string, at: number) => void;

/** Starts a turn and reads it. Rejects unless it was told to its seal. */
export function chat(url: string, body: object, onLine: OnLine): Promise<void> {
  return readToSeal(`${url}/chat`, body, onLine);
}

/** Reads a turn after its first event. Rejects unless it was told to its seal. */
export function follow(url: string, turn: StartedTurn, onLine: OnLine): Promise<void> {
  const { conversationId, turnId } = turn;
  const path = `/conversations/${conversationId}/events?cursor=${turnId}:0`;
  return readToSeal(url + path, undefined, onLine);
}

export interface StartedTurn {
  readonly conversationId: string;
  readonly turnId: string;
}

/** Starts a turn and goes away; the turn goes on. */
export function start(url: string, conversationId: string, message: string): Promise<StartedTurn> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json' };
    const asked = request(`${url}/chat`, { method: 'POST', headers }, (response) => {
      const turnId = response.headers['x-turn-id'];
      response.destroy();
      if (typeof turnId === 'string') resolve({ conversationId, turnId });
      else reject(new Error(`${url}: ${response.statusCode}`));
    });
    asked.on('error', reject);
    asked.end(JSON.stringify({ conversationId, message }));
  });
}

async function readToSeal(url: string, body: object | undefined, onLine: OnLine): Promise<void> {
  let last = '';
  const status = await ask(url, body, (line, at) => {
    last = line;
    onLine(line, at);
  });
  if (status === 200 && typeOf(last) === 'turn-sealed') return;
  throw new Error(`${url}: ${status}, the last line is ${last}`);
}

function ask(url: string, body: object | undefined, onLine: OnLine): Promise<number> {
  return new Promise((resolve, reject) => {
    const method = body === undefined ? 'GET' : 'POST';
    const headers = { 'content-type': 'application/json' };
    const asked = request(url, { agent, method, headers }, (response) => {
      let rest = '';
      response.setEncoding('utf8').on('data', (text: string) => {
        const at = performance.now();
        const lines = (rest + text).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) if (line !== '') onLine(line, at);
      });
      response.on('error', reject);
      response.on('end', () => resolve(response.statusCode ?? 0));
    });
    asked.on('error', reject);
    asked.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
