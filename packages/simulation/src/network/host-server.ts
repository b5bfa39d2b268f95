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
    this.#routes = Map.groupBy(routes, ({ method, path }) => shapeOf(method, partsOf(path)));
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
      for (const route of this.#routes.get(shapeOf(method, parts)) ?? []) {
        const params = paramsOf(partsOf(route.path), parts);
        if (params === undefined) continue;
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

const patterns = new Map<string, readonly string[]>();

/** The parts of a route's path; there are not many routes. */
function partsOf(path: string): readonly string[] {
  const known = patterns.get(path);
  if (known !== undefined) return known;
  const parts = path.split('/');
  patterns.set(path, parts);
  return parts;
}

/** What a request and its route have in common, whatever its parameters are. */
function shapeOf(method: string, parts: readonly string[]): string {
  return `${method} ${parts.length} ${parts[1]}`;
}

/** Both of one shape; undefined: another route's. */
function paramsOf(
  pattern: readonly string[],
  parts: readonly string[],
): Readonly<Record<string, string>> | undefined {
  const params: Record<string, string> = {};
  for (const [index, part] of pattern.entries()) {
    const found = parts[index] ?? '';
    if (part.startsWith(':')) params[part.slice(1)] = found;
    else if (part !== found) return undefined;
  }
  return params;
}
