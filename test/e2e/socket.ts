import type { SeenEvent } from './http.ts';

/** A frame as a client sees it. */
export interface Frame {
  readonly type: string;
  readonly id?: string;
  readonly event?: SeenEvent;
  readonly [field: string]: unknown;
}

export interface Socket {
  send(frame: object): void;
  /** The next frame that fits; those before it are passed over. */
  until(isWanted: (frame: Frame) => boolean): Promise<Frame>;
  readonly frames: Frame[];
  close(): void;
}

/** A WebSocket to a host, by nothing but Node's own: these tests share no code with the project. */
export async function connect(hostUrl: string): Promise<Socket> {
  const socket = new WebSocket(`${hostUrl.replace('http', 'ws')}/ws`, ['dispatch.v1']);
  const frames: Frame[] = [];
  let read = 0;
  let wake = () => {};
  socket.addEventListener('message', ({ data: received }) => {
    frames.push(JSON.parse(String(received)));
    wake();
  });
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve);
    socket.addEventListener('error', reject);
  });
  return {
    frames,
    send: (frame) => socket.send(JSON.stringify(frame)),
    async until(isWanted) {
      for (;;) {
        const frame = frames[read];
        if (frame === undefined) {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
          continue;
        }
        read += 1;
        if (isWanted(frame)) return frame;
      }
    },
    close: () => socket.close(),
  };
}
