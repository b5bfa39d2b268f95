/** The protocol without a server: for whoever has sockets of another kind. */
export { type ConnectionDependencies, serveConnection } from './connection.ts';
export { createHeartbeat, type Heartbeat, type Pulse } from './heartbeat.ts';
export { opTable, type ServedOp } from './op-table.ts';
export type { Socket, SocketData, SocketStream } from './socket.ts';
