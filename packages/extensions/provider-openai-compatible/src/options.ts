import { z } from 'zod';
import { dialectNames } from './dialects.ts';

/** What no header may hold: control characters, and what does not fit a byte. */
const headerValue = /^[\t\x20-\x7e\x80-\xff]*$/;

const schema = z.strictObject({
  id: z
    .string()
    .regex(/^[a-z0-9][a-z0-9._-]*$/, 'must be lower-case letters, digits, ".", "_", "-"')
    .default('openai'),
  baseUrl: z
    .string()
    .refine(isHttpUrl, 'must be an http or https URL without a user or a fragment')
    .optional(),
  apiKey: z.string().min(1).regex(headerValue, 'must fit a header').optional(),
  defaultModel: z.string().min(1).optional(),
  headers: z
    .record(
      z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, 'must be the name of a header'),
      z.string().regex(headerValue, 'must fit a header'),
    )
    .optional(),
  dialect: z.enum(dialectNames).optional(),
  record: z.boolean().default(false),
  sendReasoning: z.boolean().optional(),
  includeUsage: z.boolean().optional(),
});

export type OpenAICompatibleOptions = z.infer<typeof schema>;

/** Throws with a sentence that names the key; a secret's value is not in it. */
export function parseOptions(raw: unknown): OpenAICompatibleOptions {
  const parsed = schema.safeParse(raw ?? {});
  if (!parsed.success) throw new Error(z.prettifyError(parsed.error));
  return parsed.data;
}

function isHttpUrl(text: string): boolean {
  const url = URL.parse(text);
  return (
    (url?.protocol === 'http:' || url?.protocol === 'https:') &&
    url.username === '' &&
    url.password === '' &&
    url.hash === ''
  );
}
