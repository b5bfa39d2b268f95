import { isUtf8 } from 'node:buffer';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { refusal } from '../answer.ts';

/** WIRE.md section 4. */
const maxBodyBytes = 8 * 1024 * 1024;

/**
 * The text of a request's body; undefined where it has none. Never holds more than the limit: what
 * comes beyond it is read and dropped, so that the client gets to see its answer.
 */
export async function readBody(
  request: IncomingMessage,
  response: ServerResponse,
): Promise<string | undefined> {
  const { headers } = request;
  const announced = Number(headers['content-length'] ?? 0);
  if (announced > maxBodyBytes) throw tooLarge();
  const isChunked = headers['transfer-encoding'] !== undefined;
  if (announced === 0 && !isChunked) return undefined;
  if (!isChunked) refuseMediaType(headers);
  if (headers.expect !== undefined) response.writeContinue();
  const bytes = await collect(request);
  if (bytes.length === 0) return undefined;
  refuseMediaType(headers);
  if (!isUtf8(bytes)) throw refusal('invalid-json', 'The body is not valid UTF-8.');
  return bytes.toString('utf8');
}

function collect(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const pieces: Buffer[] = [];
    let length = 0;
    request.on('data', (piece: Buffer) => {
      length += piece.length;
      if (length <= maxBodyBytes) {
        pieces.push(piece);
        return;
      }
      pieces.length = 0;
      reject(tooLarge());
    });
    request.on('end', () => resolve(pieces.length === 1 ? (pieces[0] ?? empty) : join(pieces)));
    request.on('error', reject);
  });
}

const empty = Buffer.alloc(0);

function join(pieces: readonly Buffer[]): Buffer {
  return Buffer.concat(pieces);
}

/** Anything but JSON in UTF-8, as it is. */
function refuseMediaType(headers: IncomingMessage['headers']): void {
  const mediaType = headers['content-type'] ?? '';
  const isJson = /^application\/json *(; *charset="?utf-8"? *)?$/i.test(mediaType.trim());
  const encoding = headers['content-encoding'] ?? 'identity';
  if (isJson && encoding === 'identity') return;
  const found = isJson ? `with the encoding ${encoding}` : mediaType || 'of no type';
  throw refusal(
    'unsupported-media-type',
    `A body must be application/json; this one is ${found.slice(0, 100)}.`,
  );
}

function tooLarge() {
  return refusal('payload-too-large', `A body may have ${maxBodyBytes} bytes, no more.`);
}
