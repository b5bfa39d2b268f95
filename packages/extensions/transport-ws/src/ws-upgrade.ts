import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Contribution, Conversations, Frame, Runtime, Upgrade } from '@dispatch/contracts';
import type { Logger } from '@dispatch/kernel';
import { type WebSocket, WebSocketServer } from 'ws';
import { serveConnection } from './connection.ts';
import { createHeartbeat } from './heartbeat.ts';
import { opTable } from './op-table.ts';

/** WIRE.md section 5. */
const path = '/ws';
const subprotocol = 'dispatch.v1';
const maxFrameBytes = 1024 * 1024;
/** So long a client may take to answer a close. */
const closeGraceMs = 1000;

export interface WsUpgradeDependencies {
  readonly conversations: Conversations;
  readonly frames: readonly Contribution<Frame>[];
  readonly runtime: Pick<Runtime, 'sleep' | 'newAbortController'>;
  readonly logger: Logger;
}

/** Makes the WebSocket protocol of WIRE.md section 5. Throws `op-clash`. */
export function createWsUpgrade(dependencies: WsUpgradeDependencies): Upgrade {
  const { conversations, frames, runtime, logger } = dependencies;
  const ops = opTable(frames);
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: maxFrameBytes,
    handleProtocols: (offered) => (offered.has(subprotocol) ? subprotocol : false),
  });
  const sockets = new Set<WebSocket>();
  const heartbeat = createHeartbeat(runtime);
  let closing: Promise<void> | undefined;

  const accept = (socket: WebSocket, stream: Duplex) => {
    const { isBlocked } = serveConnection(socket, stream, { ops, conversations, runtime, logger });
    sockets.add(socket);
    const leave = heartbeat.add({ socket, isBlocked });
    socket.on('close', () => {
      leave();
      sockets.delete(socket);
    });
  };

  const closeAll = async () => {
    heartbeat.stop();
    const closed = [...sockets].map(
      (socket) => new Promise<void>((resolve) => socket.once('close', () => resolve())),
    );
    for (const socket of sockets) socket.close(1001, 'The host is stopping.');
    const timer = runtime.newAbortController();
    await Promise.race([Promise.all(closed), runtime.sleep(closeGraceMs, timer.signal)]);
    timer.abort();
    for (const socket of sockets) socket.terminate();
  };

  return {
    path,
    subprotocol,
    handle(request: IncomingMessage, socket: Duplex, head: Uint8Array) {
      if (closing !== undefined) {
        socket.destroy();
        return;
      }
      server.handleUpgrade(request, socket, Buffer.from(head), (accepted) =>
        accept(accepted, socket),
      );
    },
    close() {
      closing ??= closeAll();
      return closing;
    },
  };
}
