import { WebSocket } from 'ws';

/** What a frame of the host may hold, as far as it is read here. */
export interface HostFrame {
  readonly type: string;
  readonly id?: number;
  readonly conversationId?: string;
  readonly event?: { readonly type: string; readonly n: number; readonly stepId?: string };
  readonly error?: { readonly code: string };
}

export interface ChatSocket {
  /** Resolves with the answer; rejects where it is an error or the socket is gone. */
  ask(op: string, fields?: object): Promise<HostFrame>;
  close(): void;
}

type OnFrame = (frame: HostFrame, at: number, bytes: number) => void;

/** Opens a socket; what is not an answer goes to `onFrame`. */
export function openSocket(url: string, onFrame: OnFrame): Promise<ChatSocket> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/ws`, 'dispatch.v1', {
    perMessageDeflate: false,
  });
  const waiting = new Map<number, { resolve(frame: HostFrame): void; reject(why: Error): void }>();
  let asked = 0;
  socket.on('message', (data) => {
    const text = String(data);
    // Written by the host, whose frames its own tests hold to the protocol.
    const frame: HostFrame = JSON.parse(text);
    const answered = frame.id === undefined ? undefined : waiting.get(frame.id);
    if (frame.id === undefined || answered === undefined) {
      onFrame(frame, performance.now(), text.length);
      return;
    }
    waiting.delete(frame.id);
    if (frame.type === 'error') answered.reject(new Error(frame.error?.code));
    else answered.resolve(frame);
  });
  const lost = (why: Error) => {
    for (const { reject } of waiting.values()) reject(why);
    waiting.clear();
  };
  socket.on('close', (code) => lost(new Error(`the socket closed with ${code}`)));

  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.once('open', () => {
      resolve({
        ask(op, fields = {}) {
          asked += 1;
          const id = asked;
          return new Promise((answered, failed) => {
            waiting.set(id, { resolve: answered, reject: failed });
            socket.send(JSON.stringify({ ...fields, op, id }));
          });
        },
        close: () => socket.terminate(),
      });
    });
  });
}
