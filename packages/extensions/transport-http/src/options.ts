import { z } from 'zod';
import { isLoopback } from './access/loopback.ts';

const hostName = z
  .string()
  .regex(
    /^(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+)(:[0-9]{1,5})?$/,
    'must be a host name, with a port or without',
  );

const origin = z.string().refine(isOrigin, 'must be an origin such as https://console.example');

const schema = z
  .strictObject({
    /** 0 takes a free one. */
    port: z.int().min(0).max(65_535).default(4177),
    bind: z.string().min(1).default('127.0.0.1'),
    token: z
      .string()
      .regex(/^[A-Za-z0-9._~-]{16,256}$/, 'must be 16 to 256 characters of [A-Za-z0-9._~-]')
      .optional(),
    /** Further names of this host; one without a port stands for any port. */
    hosts: z.array(hostName).default([]),
    /** Origins of pages that are let in, and answered with CORS. */
    origins: z.array(origin).default([]),
  })
  .refine(({ bind, token }) => token !== undefined || isLoopback(bind), {
    path: ['bind'],
    error: 'must be a loopback address where there is no `token`',
  });

export type HttpTransportOptions = z.infer<typeof schema>;

/** Throws with a sentence that names the key; never with the value of a secret. */
export function parseOptions(raw: unknown): HttpTransportOptions {
  const parsed = schema.safeParse(raw ?? {});
  if (!parsed.success) throw new Error(z.prettifyError(parsed.error));
  return parsed.data;
}

function isOrigin(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && /^https?:$/.test(url.protocol) && url.origin === text;
}
