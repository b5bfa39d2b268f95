import type {
  Contribution,
  Conversations,
  Follower,
  Frame,
  Inventory,
  Route,
  Runtime,
} from '@dispatch/contracts';
import type { Logger } from '@dispatch/kernel';
import {
  type Answer,
  createHandlers,
  extensionRoutes,
  ownRoutes,
  problemAnswer,
  problemOfError,
  type ServedRoute,
  writeEvents,
} from '@dispatch/transport-http/protocol';
import { opTable, serveConnection } from '@dispatch/transport-ws/protocol';
import type { ServerResponse } from './server-response.ts';
import type { ServerSocket } from './server-socket.ts';

/** A request as it comes off the network. */
export interface WireRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** `/conversations/c/events`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface HostServerDependencies {
  readonly conversations: Conversations;
  readonly inventory: Inventory;
  readonly routes: readonly Contribution<Route>[];
  readonly frames: readonly Contribution<Frame>[];
  readonly runtime: Runtime;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

/** Both protocols of a host, behind requests and sockets that are not made of connections. */
export class HostServer {
  readonly #dependencies: HostServerDependencies;
  readonly #routes: ReadonlyMap<string, readonly ServedRoute[]>;
  readonly #ops: ReturnType<typeof opTable>;
  readonly #followers = new Set<Follower>();
  readonly #sockets = new Set<ServerSocket>();
  isListening = false;

  constructor(dependencies: HostServerDependencies) {
    const { conversations, inventory, routes: contributed, frames, signal } = dependencies;
    this.#dependencies = dependencies;
    const handlers = createHandlers({
      conversations,
      inventory,
      computers: async () => ({ computers: [] }),
      openApi: () => '{}',
      isStopping: () => signal.aborted,
    });
    const routes = [...ownRoutes(handlers), ...extensionRoutes(contributed)];
    this.#ops = frames.length === 0 ? ownOps : opTable(frames);
    this.#routes = Map.groupBy(routes, ({ path }) => patternOf(path).shape);
  }

  /** Answers a request, stream included. Never rejects. */
  async serve(request: WireRequest, response: ServerResponse): Promise<void> {
    const answer = await this.#answer(request, response);
    if (response.destroyed) {
      if (answer.kind === 'events') answer.follower.close();
      return;
    }
    if (answer.kind !== 'events') {
      response.answer(answer.status, answer.kind === 'text' ? String(answer.text) : '');
      return;
    }
    const { follower } = answer;
    response.writeHead(200, Object.fromEntries(Object.entries(answer.headers).map(asText)));
    this.#followers.add(follower);
    if (!this.isListening) follower.close();
    await writeEvents({ response, follower, runtime: this.#dependencies.runtime });
    this.#followers.delete(follower);
  }

  accept(socket: ServerSocket): void {
    const { conversations, runtime, logger } = this.#dependencies;
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    serveConnection(socket, socket, { ops: this.#ops, conversations, runtime, logger });
  }

  /** Takes no new client and lets those who follow go. */
  close(): void {
    this.isListening = false;
    for (const follower of this.#followers) follower.close();
    for (const socket of this.#sockets) socket.terminate();
  }

  /** Streams and sockets that are open. */
  get openCount(): number {
    return this.#followers.size + this.#sockets.size;
  }

  async #answer(request: WireRequest, response: ServerResponse): Promise<Answer> {
    try {
      const { method, path, query = {}, body } = request;
      const parts = path.split('/');
      for (const route of this.#routes.get(shapeOf(parts)) ?? []) {
        const pattern = patternOf(route.path);
        if (route.method !== method || !isOf(pattern, parts)) continue;
        const params = paramsOf(pattern, parts);
        return await route.handle({
          params,
          query,
          headers: {},
          body,
          // No simulated client sends bytes.
          readBytes: async () => new Uint8Array(),
          signal: () => this.#gone(response),
        });
      }
      throw new Error(`no route ${method} ${path}`);
    } catch (error) {
      const problem = problemOfError(error);
      if (problem.status === 500) {
        this.#dependencies.logger.error('A request failed.', {
          error: error instanceof Error ? (error.stack ?? error.message) : String(error),
        });
      }
      return problemAnswer(problem);
    }
  }

  #gone(response: ServerResponse): AbortSignal {
    const gone = this.#dependencies.runtime.newAbortController();
    response.once('close', () => gone.abort());
    return gone.signal;
  }
}

/** Where no extension adds one: made once. */
const ownOps = opTable([]);

function asText([name, value]: [string, unknown]): [string, string] {
  return [name, String(value)];
}

/** A route's path, taken apart. */
interface Pattern {
  readonly shape: string;
  readonly parts: readonly string[];
  /** Where its parameters stand, and how they are called. */
  readonly params: readonly (readonly [index: number, name: string])[];
}

const patterns = new Map<string, Pattern>();

/** Made once for each path; there are not many routes. */
function patternOf(path: string): Pattern {
  const known = patterns.get(path);
  if (known !== undefined) return known;
  const parts = path.split('/');
  const params = parts.flatMap((part, index): [number, string][] =>
    part.startsWith(':') ? [[index, part.slice(1)]] : [],
  );
  const pattern = { shape: shapeOf(parts), parts, params };
  patterns.set(path, pattern);
  return pattern;
}

/** What a request and its route have in common, whatever its parameters are. */
function shapeOf(parts: readonly string[]): string {
  return `${parts.length} ${parts[1]}`;
}

/** Both are of one shape. */
function isOf({ parts: expected }: Pattern, parts: readonly string[]): boolean {
  for (let index = 1; index < expected.length; index += 1) {
    const part = expected[index];
    if (part !== parts[index] && part?.startsWith(':') !== true) return false;
  }
  return true;
}

function paramsOf({ params }: Pattern, parts: readonly string[]): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const [index, name] of params) found[name] = parts[index] ?? '';
  return found;
}
