import { type BlobInfo, type Blobs, isCodedError, type RouteReply } from '@dispatch/contracts';
import { parseRange } from './byte-range.ts';
import { attachmentError } from './errors.ts';
import { contentDisposition } from './file-name.ts';
import { isShownImage } from './media-type.ts';

/** Held at once for one reader. */
const pieceBytes = 1024 * 1024;

/** Headers of a request for an attachment that count. */
export const readHeaders = ['range', 'if-range', 'if-none-match'] as const;

/** An attachment as an HTTP answer. `attachment-not-found`. */
export async function readAttachment(
  blobs: Pick<Blobs, 'describe' | 'read'>,
  attachmentId: string,
  headers: Readonly<Record<string, string>>,
): Promise<RouteReply> {
  const info = await blobs.describe(attachmentId);
  if (info === undefined) throw notFound(attachmentId);
  const { mediaType, size } = info;
  const etag = `"${attachmentId}"`;
  const told = { ...guardedHeaders(info), etag };
  if (namesTag(headers['if-none-match'], etag)) return { status: 304, headers: told };
  const isSame = headers['if-range'] === undefined || headers['if-range'] === etag;
  const range = isSame ? parseRange(headers.range, size) : undefined;
  const { offset, length } = range ?? { offset: 0, length: size };
  const pieces = await readPieces(blobs, attachmentId, offset, length);
  const reply = { mediaType, pieces, size: length };
  if (range === undefined) return { status: 200, ...reply, headers: told };
  const contentRange = `bytes ${offset}-${offset + length - 1}/${size}`;
  return { status: 206, ...reply, headers: { ...told, 'content-range': contentRange } };
}

/** The first one is read at once: after it nobody can be told any more that there is none. */
async function readPieces(
  blobs: Pick<Blobs, 'read'>,
  attachmentId: string,
  offset: number,
  length: number,
): Promise<AsyncIterable<Uint8Array>> {
  const readAt = (done: number) =>
    blobs.read(attachmentId, {
      offset: offset + done,
      length: Math.min(pieceBytes, length - done),
    });
  const first = await readAt(0).catch((error: unknown) => {
    if (isCodedError(error, 'blob-not-found')) throw notFound(attachmentId);
    throw error;
  });
  async function* pieces() {
    yield first;
    for (let done = pieceBytes; done < length; done += pieceBytes) yield await readAt(done);
  }
  return pieces();
}

/**
 * What a client sent may be a page or a program: a browser takes it for nothing but what its type
 * says, shows pictures alone, and runs nothing of it in the host's name. The bytes of an id never
 * change.
 */
function guardedHeaders({ mediaType, name }: BlobInfo): Readonly<Record<string, string>> {
  return {
    'content-disposition': contentDisposition(isShownImage(mediaType), name),
    'content-security-policy': "default-src 'none'; sandbox",
    'cross-origin-resource-policy': 'same-origin',
    'x-content-type-options': 'nosniff',
    'cache-control': 'private, max-age=86400, immutable',
    'accept-ranges': 'bytes',
  };
}

function namesTag(ifNoneMatch: string | undefined, etag: string): boolean {
  const tags = ifNoneMatch?.split(',').map((tag) => tag.trim().replace(/^W\//, '')) ?? [];
  return tags.includes(etag) || tags.includes('*');
}

function notFound(attachmentId: string) {
  const shown = JSON.stringify(attachmentId.slice(0, 100));
  return attachmentError(
    'attachment-not-found',
    `There is no attachment ${shown}.`,
    'It never was, or is gone with its conversation, or was too long without one.',
  );
}
