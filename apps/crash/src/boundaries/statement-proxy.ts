import { connect, createServer, type Socket } from 'node:net';
import { createBackendReader } from './backend-reader.ts';
import { createFrontendReader, type FrontendPart } from './frontend-reader.ts';

/** Where in a statement's life a crash falls. */
export type Moment =
  /** The server never gets the statement. */
  | 'before'
  /** The server has carried it out, and nobody learns of it. */
  | 'unanswered'
  /** Its answer has been sent. */
  | 'answered';

/** Where to crash, and what does it. From then on nothing of any open connection is passed on. */
export interface Crash {
  readonly moment: Moment;
  /** Called once, at that moment; ends the client at once. */
  strike(): void;
}

/** Stands between hosts and a PostgreSQL, and knows each statement. */
export interface StatementProxy {
  readonly port: number;
  /** Asked before each statement of any connection is passed on; replaces who was asked before. */
  watch(listener: (statement: string) => Crash | undefined): void;
  close(): Promise<void>;
}

/** Listens on loopback and passes every connection on to `serverPort`. */
export async function startStatementProxy(serverPort: number): Promise<StatementProxy> {
  let listener: (statement: string) => Crash | undefined = () => undefined;
  const open = new Set<() => void>();
  const cutAll = () => {
    for (const cut of open) cut();
  };
  const server = createServer((client) => {
    const cut = relay(
      client,
      connect(serverPort, '127.0.0.1'),
      (statement) => listener(statement),
      {
        cutAll,
        closed: () => open.delete(cut),
      },
    );
    open.add(cut);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    watch(next) {
      listener = next;
    },
    close() {
      cutAll();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** Relays one connection; the returned function ends it, both ways. */
function relay(
  client: Socket,
  server: Socket,
  ask: (statement: string) => Crash | undefined,
  proxy: { cutAll(): void; closed(): void },
): () => void {
  const readFrontend = createFrontendReader();
  const readBackend = createBackendReader();
  /** Of each statement that the server has not answered, the crash that falls into it. */
  const unanswered: (Crash | undefined)[] = [undefined];
  let isCut = false;

  const cut = () => {
    isCut = true;
    client.destroy();
    server.destroy();
    proxy.closed();
  };
  const crash = ({ strike }: Crash) => {
    strike();
    proxy.cutAll();
  };
  const forward = ({ bytes, statement }: FrontendPart) => {
    if (statement !== undefined) {
      const planned = ask(statement);
      if (planned?.moment === 'before') return crash(planned);
      unanswered.push(planned);
    }
    server.write(bytes);
  };

  client.on('data', (bytes) => {
    for (const part of readFrontend(bytes)) if (!isCut) forward(part);
  });
  server.on('data', (bytes) => {
    for (const { bytes: answer, isEnd } of readBackend(bytes)) {
      if (isCut) return;
      const planned = unanswered[0];
      if (planned?.moment !== 'unanswered') client.write(answer);
      if (!isEnd) continue;
      unanswered.shift();
      if (planned !== undefined) crash(planned);
    }
  });
  for (const socket of [client, server]) {
    socket.setNoDelay(true);
    socket.on('error', cut);
    socket.on('close', cut);
  }
  return cut;
}
