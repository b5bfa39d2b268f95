import type { Incarnation } from '../host/incarnation.ts';
import type { Weather } from '../world/weather.ts';
import type { World } from '../world/world.ts';
import { type Exchange, Incoming } from './exchange.ts';
import type { HostServer, WireRequest } from './host-server.ts';
import { Pipe } from './pipe.ts';
import { type ResponsePart, ServerResponse } from './server-response.ts';
import { ServerSocket } from './server-socket.ts';

/** A host as the network finds it: who answers at its address now, if anyone does. */
export interface Endpoint {
  readonly name: string;
  reach(): { readonly incarnation: Incarnation; readonly server: HostServer } | undefined;
}

/** The client's end of a WebSocket. */
export interface ClientSocket {
  send(text: string): void;
  close(): void;
}

export interface ClientSocketHandlers {
  readonly onText: (text: string) => void;
  /** Once, also where nobody was there. */
  readonly onEnd: () => void;
}

/** What is unsent before a writer is told to wait. */
const usualCapacity = 16_384;

/** What chance has in store for one connection. */
interface Fortune {
  readonly latencyMs: number;
  readonly capacity: number;
  /** It breaks after so many characters to the client. */
  readonly breaksAfter: number;
}

/** Between clients and hosts: slow, and now and then it breaks, in the middle of a line or of nothing. */
export class Network {
  readonly #world: World;
  readonly #weather: Weather;

  constructor(world: World, weather: Weather) {
    this.#world = world;
    this.#weather = weather;
  }

  request(to: Endpoint, request: WireRequest): Exchange {
    const world = this.#world;
    const fortune = this.#drawFortune();
    const { latencyMs } = fortune;
    let response: ServerResponse | undefined;
    let host: Incarnation | undefined;
    const leave = () => {
      toClient.shut();
      world.after(latencyMs, () => host?.enter(() => response?.close()));
    };
    const incoming = new Incoming(leave);
    let left = fortune.breaksAfter;
    const breakOff = () => {
      incoming.end('broken');
      leave();
    };
    const toClient = new Pipe<ResponsePart | 'lost'>(world, latencyMs, (part) => {
      if (part === 'lost') {
        incoming.end('broken');
        return;
      }
      if (part.kind === 'head') incoming.takeHead(part);
      else if (part.kind === 'whole') incoming.takeHead({ status: part.status, headers: {} });
      if (part.kind === 'text' || part.kind === 'whole') {
        const { text } = part;
        left -= text.length;
        incoming.take(left < 0 ? text.slice(0, left) : text);
        host?.enter(() => response?.taken(text.length));
      }
      // The head alone may be all that comes through.
      if (left > 0) {
        if (part.kind === 'end' || part.kind === 'whole') incoming.end('whole');
        return;
      }
      world.fault('connection cut', to.name, request.path);
      breakOff();
    });
    world.after(world.between(0, latencyMs), () => {
      const reached = to.reach();
      if (reached === undefined) {
        toClient.push('lost');
        return;
      }
      host = reached.incarnation;
      host.onEnd(() => toClient.push('lost'));
      host.enter(() => {
        response = new ServerResponse((part) => {
          if (host?.isDead !== true) toClient.push(part);
        }, fortune.capacity);
        void reached.server.serve(request, response);
      });
    });
    return incoming;
  }

  connect(to: Endpoint, { onText, onEnd }: ClientSocketHandlers): ClientSocket {
    const world = this.#world;
    const fortune = this.#drawFortune();
    const { latencyMs } = fortune;
    let socket: ServerSocket | undefined;
    let host: Incarnation | undefined;
    let isOver = false;
    let left = fortune.breaksAfter;
    const end = () => {
      if (isOver) return;
      isOver = true;
      toClient.shut();
      toHost.shut();
      world.after(latencyMs, () => host?.enter(() => socket?.close()));
      onEnd();
    };
    // `null`: the host has closed it, or is gone.
    const toClient = new Pipe<string | null>(world, latencyMs, (text) => {
      if (text === null) {
        end();
        return;
      }
      left -= text.length;
      if (left < 0) {
        world.fault('connection cut', to.name, 'socket');
        end();
        return;
      }
      onText(text);
      host?.enter(() => socket?.taken(text.length));
    });
    const toHost = new Pipe<string>(world, latencyMs, (text) => {
      host?.enter(() => socket?.receive(text));
    });
    world.after(world.between(0, latencyMs), () => {
      const reached = to.reach();
      if (reached === undefined) {
        toClient.push(null);
        return;
      }
      host = reached.incarnation;
      host.onEnd(() => toClient.push(null));
      host.enter(() => {
        socket = new ServerSocket(
          (text) => {
            if (host?.isDead !== true) toClient.push(text);
          },
          () => toClient.push(null),
          fortune.capacity,
        );
        reached.server.accept(socket);
      });
    });
    return { send: (text) => toHost.push(text), close: end };
  }

  #drawFortune(): Fortune {
    const world = this.#world;
    const { networkMs, networkCuts, slowReaders } = this.#weather;
    const isCalm = world.isHealed;
    const isSlow = !isCalm && world.chance(slowReaders);
    const isCut = !isCalm && world.chance(networkCuts);
    return {
      latencyMs: isSlow ? world.between(networkMs, 300) : networkMs,
      capacity: isSlow ? world.between(0, 600) : usualCapacity,
      breaksAfter: isCut ? world.between(0, 2500) : Number.POSITIVE_INFINITY,
    };
  }
}
