import type { ClientSocket } from '../network/network.ts';
import { type ClientSurroundings, patienceMs } from './client.ts';

/** A frame of a host's. */
export interface HostFrame {
  readonly type: string;
  readonly id?: unknown;
  readonly [field: string]: unknown;
}

/** One WebSocket, from its start to its end. */
export class SocketClient {
  readonly ended: Promise<void>;
  readonly #surroundings: ClientSurroundings;
  readonly #who: string;
  readonly #socket: ClientSocket;
  readonly #waiting = new Map<unknown, (frame: HostFrame | undefined) => void>();
  #isOver = false;
  #ids = 0;

  /** `onFrame` is told of what is no answer. */
  constructor(surroundings: ClientSurroundings, who: string, onFrame: (frame: HostFrame) => void) {
    const { world, network, hosts } = surroundings;
    this.#surroundings = surroundings;
    this.#who = who;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.ended = promise;
    const host = world.pick(hosts);
    world.note(who, 'connects', host.name);
    this.#socket = network.connect(host, {
      onText: (text) => {
        if (this.#isOver) return;
        // A host's own words, looked at by whoever takes them.
        const frame: HostFrame = JSON.parse(text);
        const answered = this.#waiting.get(frame.id);
        if (answered === undefined) onFrame(frame);
        else {
          this.#waiting.delete(frame.id);
          answered(frame);
        }
      },
      onEnd: () => {
        world.note(who, 'is disconnected');
        this.#isOver = true;
        for (const answered of this.#waiting.values()) answered(undefined);
        this.#waiting.clear();
        resolve();
      },
    });
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** The answer to a frame; undefined where there is none within a client's patience. */
  ask(op: string, fields: Readonly<Record<string, unknown>>): Promise<HostFrame | undefined> {
    const { world } = this.#surroundings;
    if (this.#isOver) return Promise.resolve(undefined);
    const id = ++this.#ids;
    const text = JSON.stringify({ op, id, ...fields });
    world.note(this.#who, 'frame', text);
    return new Promise((resolve) => {
      const due = world.after(patienceMs, () => this.close());
      this.#waiting.set(id, (frame) => {
        due.cancel();
        if (world.trace.isOn) world.note(this.#who, 'answer', JSON.stringify(frame));
        resolve(frame);
      });
      this.#socket.send(text);
    });
  }

  close(): void {
    this.#socket.close();
  }
}
