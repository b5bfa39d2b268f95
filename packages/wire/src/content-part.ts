import * as z from 'zod';
import { mintedId } from './ids.ts';
import { jsonValue } from './json-value.ts';

/** Base64 with padding. Searched for a foreign character instead of matched: data may be megabytes. */
function isBase64(data: string): boolean {
  if (data.length % 4 !== 0 || /[^A-Za-z0-9+/=]/.test(data)) return false;
  const padding = data.indexOf('=');
  return padding === -1 || (padding >= data.length - 2 && data.endsWith('='));
}

const imagePart = z.strictObject({
  type: z.literal('image'),
  mediaType: z.string().regex(/^image\/[A-Za-z0-9.+-]{1,64}$/),
  data: z.string().min(1).refine(isBase64, 'must be base64').meta({ contentEncoding: 'base64' }),
});
const jsonPart = z.strictObject({ type: z.literal('json'), value: jsonValue });
const attachmentPart = z.strictObject({ type: z.literal('attachment'), attachmentId: mintedId });

/** A typed piece of a message, as a client sends it. */
export const messagePart = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('text'), text: z.string().min(1) }),
  imagePart,
  jsonPart,
  attachmentPart,
]);

/** A user's message: a text that is not empty, or at least one part. */
export const message = z.union([z.string().min(1), z.array(messagePart).min(1).max(1000)]);

/** A typed piece of a message or of a tool's result, as the host tells it. */
export const contentPart = z.lazy(() =>
  z.discriminatedUnion('type', [
    z.object({ type: z.literal('text'), text: z.string() }),
    z.object({ type: z.literal('image'), mediaType: z.string(), data: z.string() }),
    z.object({ type: z.literal('json'), value: jsonValue }),
    z.object({ type: z.literal('attachment'), attachmentId: z.string() }),
  ]),
);

/** A user's message as the host repeats it. */
export const toldMessage = z.lazy(() => z.union([z.string(), z.array(contentPart)]));

export type ContentPart = z.infer<typeof contentPart>;
export type Message = z.infer<typeof message>;
