import type { Server } from 'node:http';
import type { CodedError } from '@dispatch/contracts';
import { transportError } from '../errors.ts';

/** Connections that may wait to be taken, as far as the system lets them. */
const backlog = 4096;

/** Resolves with the port. `port-in-use`, `port-forbidden`, `address-unavailable`. */
export function listen(server: Server, port: number, bind: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error) => reject(explain(error, port, bind));
    server.once('error', fail);
    server.listen({ port, host: bind, backlog }, () => {
      server.off('error', fail);
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

/** Where clients of this machine find a server that listens at `bind`. */
export function urlOf(bind: string, port: number): string {
  const everywhere: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' };
  const address = everywhere[bind] ?? bind;
  return `http://${address.includes(':') ? `[${address}]` : address}:${port}`;
}

function explain(
  error: Error & { readonly code?: string },
  port: number,
  bind: string,
): CodedError {
  const cause = { cause: error };
  switch (error.code) {
    case 'EADDRINUSE':
      return transportError('port-in-use', `The port ${port} of ${bind} is in use.`, {
        ...cause,
        hint: 'Stop the process that listens on it, or choose another port; 0 takes a free one.',
      });
    case 'EACCES':
      return transportError('port-forbidden', `The port ${port} of ${bind} is not allowed.`, {
        ...cause,
        hint: 'Ports under 1024 need a privilege: choose a higher one.',
      });
    default:
      return transportError('address-unavailable', `Can not listen on ${bind}:${port}.`, {
        ...cause,
        hint: error.message,
      });
  }
}
