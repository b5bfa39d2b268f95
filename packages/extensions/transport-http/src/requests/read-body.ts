import { isUtf8 } from 'node:buffer';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { refusal } from '../answer.ts';

/** WIRE.md section 4. */
const maxBodyBytes = 8 * 1024 * 1024;

/** The text of a request's body of JSON; undefined where it has none. */
export async function readBody(
  request: IncomingMessage,
  response: ServerResponse,
): Promise<string | undefined> {
  const { headers } = request;
  // Of a body in pieces it is not known yet whether there is anything in it.
  const isChunked = headers['transfer-encoding'] !== undefined;
  const announced = announcedBytes(headers, maxBodyBytes);
  if (!isChunked && announced > 0) refuseMediaType(headers);
  const bytes = await collect(request, response, announced, maxBodyBytes);
  if (bytes.length === 0) return undefined;
  refuseMediaType(headers);
  if (!isUtf8(bytes)) throw refusal('invalid-json', 'The body is not valid UTF-8.');
  return bytes.toString('utf8');
}

/** A request's body as it is, of any type; empty where it has none. */
export async function readBytes(
  request: IncomingMessage,
  response: ServerResponse,
  maxBytes: number,
): Promise<Uint8Array> {
  const { headers } = request;
  const encoding = headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity') {
    const message = `A body is taken as it is; this one has the encoding ${encoding.slice(0, 100)}.`;
    throw refusal('unsupported-media-type', message);
  }
  return collect(request, response, announcedBytes(headers, maxBytes), maxBytes);
}

/** 0 where the body comes in pieces, or there is none. */
function announcedBytes(headers: IncomingHttpHeaders, maxBytes: number): number {
  const announced = Number(headers['content-length'] ?? 0);
  if (announced > maxBytes) throw tooLarge(maxBytes);
  return announced;
}

/**
 * Never holds more than the limit: what comes beyond it is read and dropped, so that the client gets
 * to see its answer.
 */
async function collect(
  request: IncomingMessage,
  response: ServerResponse,
  announced: number,
  maxBytes: number,
): Promise<Buffer> {
  const { headers } = request;
  if (announced === 0 && headers['transfer-encoding'] === undefined) return empty;
  if (headers.expect !== undefined) response.writeContinue();
  return new Promise((resolve, reject) => {
    const pieces: Buffer[] = [];
    let length = 0;
    request.on('data', (piece: Buffer) => {
      length += piece.length;
      if (length <= maxBytes) {
        pieces.push(piece);
        return;
      }
      pieces.length = 0;
      reject(tooLarge(maxBytes));
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
function refuseMediaType(headers: IncomingHttpHeaders): void {
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

function tooLarge(maxBytes: number) {
  return refusal('payload-too-large', `A body may have ${maxBytes} bytes, no more.`);
}
