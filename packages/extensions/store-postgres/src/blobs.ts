import { type BlobInfo, type Blobs, CodedError, type NewBlob } from '@dispatch/contracts';
import { isOf } from './blob-owners.ts';
import { isForeignKeyViolation } from './database-error.ts';
import type { Queries } from './queries.ts';
import { conversationNotFound, invalidInput } from './refusals.ts';
import { decodeText, encodeText } from './text.ts';

const insert = `insert into dispatch.blobs
  (id, conversation_id, media_type, name, size, created_at, bytes)
values ($1, $2, $3, $4, $5::int, $6::bigint, $7::bytea) on conflict (id) do nothing returning 1`;
const isSame = `select bytes = $2::bytea as "isSame" from dispatch.blobs where id = $1`;
const describe = `select id as "blobId", conversation_id as "conversationId",
  media_type as "mediaType", name, size from dispatch.blobs
where id = $1 and ($2::text is null or ${isOf('$2')})`;
const readAll = `select bytes from dispatch.blobs where id = $1`;
const readRange = `select substring(bytes from $2::int + 1 for $3::int) as bytes
from dispatch.blobs where id = $1`;

const removeUnowned = `delete from dispatch.blobs where id in (
  select id from (
    select id, created_at, sum(size) over (order by created_at desc, id desc) as bytes
    from dispatch.blobs where conversation_id is null
  ) unowned where created_at < $1::bigint or bytes > $2::bigint
  order by created_at, id limit $3::int
) returning 1`;

interface BlobRow {
  readonly blobId: string;
  readonly conversationId: string | null;
  readonly mediaType: string;
  readonly name: string | null;
  readonly size: number;
}

export function createBlobs(queries: Queries): Blobs {
  const { query, call } = queries;
  return {
    put: (blob) => call(() => putBlob(queries, blob)),
    async describe(blobId, conversationId) {
      if (!blobIdPattern.test(blobId)) return undefined;
      const [row] = await call(() => query<BlobRow>(describe, [blobId, conversationId ?? null]));
      return row === undefined ? undefined : toInfo(row);
    },
    async read(blobId, range) {
      if (!blobIdPattern.test(blobId)) throw blobNotFound(blobId);
      const [row] = await call(() =>
        range === undefined
          ? query<{ bytes: Uint8Array }>(readAll, [blobId])
          : query<{ bytes: Uint8Array }>(readRange, [blobId, ...clip(range)]),
      );
      if (row !== undefined) return row.bytes;
      throw blobNotFound(blobId);
    },
    async removeUnowned({ since, maxBytes = Number.MAX_SAFE_INTEGER }, limit) {
      const removed = await call(() => query(removeUnowned, [since, maxBytes, limit]));
      return removed.length;
    },
  };
}

async function putBlob({ query }: Queries, blob: NewBlob): Promise<void> {
  const { blobId, conversationId = null, mediaType, name, bytes, at } = blob;
  try {
    const written = await query(insert, [
      ...[blobId, conversationId, encodeText(mediaType)],
      ...[name === undefined ? null : encodeText(name), bytes.length, at, bytes],
    ]);
    if (written.length > 0) return;
  } catch (error) {
    if (isForeignKeyViolation(error)) throw conversationNotFound(conversationId ?? '');
    throw error;
  }
  const [known] = await query<{ isSame: boolean }>(isSame, [blobId, bytes]);
  if (known?.isSame === true) return;
  throw invalidInput(`The blob ${blobId} exists already, with other bytes.`);
}

/** PostgreSQL does not take every text as a parameter. */
const blobIdPattern = /^[A-Za-z0-9_-]{1,64}$/;

function blobNotFound(blobId: string): CodedError {
  const shown = JSON.stringify(blobId.slice(0, 100));
  return new CodedError('blob-not-found', { message: `There are no bytes under ${shown}.` });
}

const lastPossibleOffset = 2 ** 30;

function clip({ offset, length }: { offset: number; length: number }): [number, number] {
  return [Math.min(offset, lastPossibleOffset), Math.min(length, lastPossibleOffset)];
}

function toInfo(row: BlobRow): BlobInfo {
  const { blobId, conversationId, mediaType, name, size } = row;
  return {
    blobId,
    ...(conversationId === null ? {} : { conversationId }),
    mediaType: decodeText(mediaType),
    ...(name === null ? {} : { name: decodeText(name) }),
    size,
  };
}
