import { z } from 'zod';

const schema = z
  .strictObject({
    /** Any of them will do; the client also learns of others of their cluster. */
    servers: z
      .array(z.string().refine(isServerUrl, 'must be nats:// or tls://, without a user or a token'))
      .min(1)
      .max(100),
    token: z.string().min(1).optional(),
    user: z.string().min(1).optional(),
    password: z.string().min(1).optional(),
    /** Where systems share a server, each has its own. */
    prefix: z
      .string()
      .regex(/^[A-Za-z0-9_-]{1,64}$/, 'must be letters, digits, "_", "-"')
      .default('dispatch'),
  })
  .refine(({ token, user }) => token === undefined || user === undefined, {
    path: ['token'],
    message: 'must be left out where there is a user',
  })
  .refine(({ user, password }) => (user === undefined) === (password === undefined), {
    path: ['password'],
    message: 'goes with `user`',
  });

export type BusNatsOptions = z.infer<typeof schema>;

/** Throws with a sentence that names the key; a secret's value is not in it. */
export function parseOptions(raw: unknown): BusNatsOptions {
  const parsed = schema.safeParse(raw ?? {});
  if (!parsed.success) throw new Error(z.prettifyError(parsed.error));
  return parsed.data;
}

function isServerUrl(text: string): boolean {
  const url = URL.parse(text);
  return (
    (url?.protocol === 'nats:' || url?.protocol === 'tls:') &&
    url.hostname !== '' &&
    url.username === '' &&
    url.password === ''
  );
}
