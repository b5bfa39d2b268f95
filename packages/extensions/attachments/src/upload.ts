import type { Blobs, ReadBytes, Runtime } from '@dispatch/contracts';
import type { AttachmentResponse } from '@dispatch/wire';
import { attachmentError } from './errors.ts';
import { cleanName } from './file-name.ts';
import { maxUploads } from './limits.ts';
import { parseMediaType } from './media-type.ts';

export interface Upload {
  readonly contentType: string | undefined;
  readonly name: string | undefined;
  readonly readBytes: ReadBytes;
}

/**
 * Keeps bytes as an attachment that is nobody's until a message names it. At most `maxUploads` at
 * once: one more rejects with `overloaded`, before a byte of it is read. `unsupported-media-type`
 * too; and as `readBytes` and the contract `blobs` do.
 */
export function createUpload(
  blobs: Pick<Blobs, 'put'>,
  runtime: Pick<Runtime, 'newId' | 'wallNow'>,
): (upload: Upload) => Promise<AttachmentResponse> {
  let running = 0;
  return async ({ contentType, name: told, readBytes }) => {
    const mediaType = parseMediaType(contentType);
    const name = cleanName(told);
    if (running >= maxUploads) {
      throw attachmentError('overloaded', `${maxUploads} attachments are on their way already.`);
    }
    running += 1;
    try {
      const bytes = await readBytes();
      const attachmentId = runtime.newId();
      await blobs.put({
        blobId: attachmentId,
        mediaType,
        ...(name === undefined ? {} : { name }),
        bytes,
        at: runtime.wallNow(),
      });
      return { attachmentId, mediaType, size: bytes.length };
    } finally {
      running -= 1;
    }
  };
}
