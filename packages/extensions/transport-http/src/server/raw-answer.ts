import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { type Problem, problemOf } from '@dispatch/wire';

/** Answers on a socket that has no response of its own, and closes it. */
export function answerRaw(socket: Duplex, status: number, problem: Problem): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const text = JSON.stringify({ ...problem, status });
  socket.end(
    [
      `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
      'content-type: application/problem+json; charset=utf-8',
      `content-length: ${Buffer.byteLength(text)}`,
      ...(status === 401 ? ['www-authenticate: Bearer'] : []),
      'connection: close',
      '',
      text,
    ].join('\r\n'),
  );
}

/** Answers what the parser of HTTP itself refuses. */
export function answerMalformed(error: Error & { readonly code?: string }, socket: Duplex): void {
  if (error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const [status, detail] = malformed[error.code ?? ''] ?? [400, 'The request is not valid HTTP.'];
  answerRaw(socket, status, problemOf('invalid-input', detail));
}

const malformed: Readonly<Record<string, readonly [number, string]>> = {
  HPE_HEADER_OVERFLOW: [431, 'The headers of the request are too large.'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'The request did not arrive in time.'],
};
