import { type Blobs, defineRoute, type Route, type Runtime } from '@dispatch/contracts';
import { asSchema, attachmentQuery } from '@dispatch/wire';
import { maxAttachmentBytes } from './limits.ts';
import { readAttachment, readHeaders } from './read-attachment.ts';
import { createUpload } from './upload.ts';

/** The routes of WIRE.md section 4 that begin with `/attachments`. */
export function createAttachmentRoutes(
  blobs: Blobs,
  runtime: Pick<Runtime, 'newId' | 'wallNow'>,
): readonly Route[] {
  const upload = createUpload(blobs, runtime);
  return [
    defineRoute({
      method: 'POST',
      path: '/attachments',
      summary: 'Keeps bytes that a message can name.',
      query: asSchema(attachmentQuery),
      bytes: { maxBytes: maxAttachmentBytes },
      headers: ['content-type'],
      async handle({ query: { name }, headers, readBytes }) {
        const kept = await upload({ contentType: headers['content-type'], name, readBytes });
        return { status: 201, json: { ...kept } };
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/attachments/:id',
      summary: 'Reads the bytes of an attachment, whole or one range of them.',
      headers: readHeaders,
      handle: ({ params: { id = '' }, headers }) => readAttachment(blobs, id, headers),
    }),
  ];
}
