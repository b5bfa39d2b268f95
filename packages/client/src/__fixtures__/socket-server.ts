import { onTestFinished } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';

export interface TestFrame {
  readonly op: string;
  readonly id: string;
  readonly [field: string]: unknown;
}

export interface TestSocket {
  send(frame: object): void;
  ack(frame: TestFrame, fields?: object): void;
  /** Gone without a word. */
  cut(): void;
}

export interface SocketServer {
  readonly url: string;
  /** All frames, in the order of their arrival, each with the number of its socket. */
  readonly frames: readonly (TestFrame & { readonly socket: number })[];
  readonly protocols: readonly string[];
  sockets(): number;
  /** Resolves when so many frames have arrived. */
  arrived(count: number): Promise<void>;
}

/** A server of sockets that answers by the test's own hand. Closed with the test. */
export async function serveSockets(
  answer: (frame: TestFrame, socket: TestSocket, number: number) => void,
): Promise<SocketServer> {
  const frames: (TestFrame & { readonly socket: number })[] = [];
  const protocols: string[] = [];
  let sockets = 0;
  let notify = () => {};
  const server = new WebSocketServer({
    port: 0,
    host: '127.0.0.1',
    handleProtocols: (offered) => {
      protocols.push([...offered].join(' '));
      return 'dispatch.v1';
    },
  });
  server.on('connection', (socket: WebSocket) => {
    const number = sockets;
    sockets += 1;
    const test: TestSocket = {
      send: (frame) => socket.send(JSON.stringify(frame)),
      ack: (frame, fields) => socket.send(JSON.stringify({ ...fields, type: 'ack', id: frame.id })),
      cut: () => socket.terminate(),
    };
    socket.on('message', (data) => {
      const frame: TestFrame = JSON.parse(String(data));
      frames.push({ ...frame, socket: number });
      answer(frame, test, number);
      notify();
    });
  });
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => {
    for (const socket of server.clients) socket.terminate();
    server.close();
  });
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return {
    url: `http://127.0.0.1:${port}`,
    frames,
    protocols,
    sockets: () => sockets,
    async arrived(count) {
      while (frames.length < count) {
        await new Promise<void>((resolve) => {
          notify = resolve;
        });
      }
    },
  };
}
