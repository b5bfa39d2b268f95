import type { ServerResponse } from 'node:http';
import type { Headers } from '../access/cors.ts';
import type { Answer } from '../answer.ts';

const usual: Headers = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };

/** Writes an answer that is whole; the head alone of one that comes in pieces, or is a stream. To `HEAD` the same without the bytes. */
export function writeAnswer(response: ServerResponse, answer: Answer, headers: Headers): void {
  if (response.destroyed) return;
  switch (answer.kind) {
    case 'empty':
      response.writeHead(answer.status, { ...usual, ...headers, ...answer.headers }).end();
      return;
    case 'text':
      response
        .writeHead(answer.status, {
          ...usual,
          ...headers,
          ...answer.headers,
          'content-type': answer.mediaType,
          'content-length': Buffer.byteLength(answer.text),
        })
        .end(answer.text);
      return;
    case 'pieces':
      response.writeHead(answer.status, {
        ...usual,
        ...headers,
        ...answer.headers,
        'content-type': answer.mediaType,
        'content-length': answer.size,
      });
      return;
    case 'events':
      response.writeHead(200, { ...usual, ...headers, ...answer.headers });
  }
}
