import { type ServerFrame, serverFrame } from '@dispatch/wire';
import { WebSocket } from 'ws';

/** A client that keeps what it hears, each frame checked against the protocol. */
export interface TestClient {
  readonly socket: WebSocket;
  /** All so far. */
  readonly frames: readonly ServerFrame[];
  /** Their texts. */
  readonly texts: readonly string[];
  send(frame: Readonly<Record<string, unknown>>): void;
  /** The next frame that was not asked for yet. */
  next(): Promise<ServerFrame>;
  /** Sends, and gives the answer: the ack or the error with its `id`. Frames before it are kept for `next`. */
  ask(frame: Readonly<Record<string, unknown>>): Promise<ServerFrame>;
  readonly closed: Promise<number>;
}

export async function connectClient(url: string): Promise<TestClient> {
  const socket = new WebSocket(url, 'dispatch.v1');
  const frames: ServerFrame[] = [];
  const texts: string[] = [];
  let waiting: (() => void)[] = [];
  let position = 0;
  let lastId = 0;
  const change = () => new Promise<void>((resolve) => waiting.push(resolve));
  socket.on('message', (data) => {
    texts.push(data.toString());
    frames.push(serverFrame.parse(JSON.parse(data.toString())));
    const woken = waiting;
    waiting = [];
    for (const resolve of woken) resolve();
  });
  const closed = new Promise<number>((resolve) => socket.on('close', resolve));
  await new Promise((resolve, reject) => {
    socket.on('open', resolve);
    socket.on('error', reject);
  });
  const send = (frame: Readonly<Record<string, unknown>>) => socket.send(JSON.stringify(frame));
  const asked = new Set<ServerFrame>();
  return {
    socket,
    frames,
    texts,
    closed,
    send,
    async next() {
      for (;;) {
        const frame = frames[position];
        if (frame === undefined) {
          await change();
          continue;
        }
        position += 1;
        if (!asked.has(frame)) return frame;
      }
    },
    async ask(frame) {
      const id = `ask-${++lastId}`;
      send({ id, ...frame });
      for (;;) {
        const answer = frames.find((one) => 'id' in one && one.id === (frame.id ?? id));
        if (answer !== undefined && !asked.has(answer)) {
          asked.add(answer);
          return answer;
        }
        await change();
      }
    },
  };
}
