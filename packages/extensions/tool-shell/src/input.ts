import type { JsonSchema, JsonValue } from '@dispatch/kernel';
import { z } from 'zod';

/** Milliseconds that a command gets: unless it asks for others, and at most. */
export const commandTimeouts = { usualMs: 120_000, longestMs: 600_000 };

/** Milliseconds that a call stays with a command in the background, unless it asks for others. */
const usualWaitMs = 1000;

const noZero = (text: string) => !text.includes('\0');

const schema = z
  .strictObject({
    command: z
      .string()
      .min(1)
      .refine(noZero, 'a command holds no U+0000')
      .describe('What the shell runs.'),
    timeoutMs: z
      .int()
      .min(1)
      .max(commandTimeouts.longestMs)
      .optional()
      .describe(
        `Milliseconds until it is stopped. Default ${commandTimeouts.usualMs}, most ${commandTimeouts.longestMs}.`,
      ),
    cwd: z
      .string()
      .min(1)
      .refine(noZero, 'a path holds no U+0000')
      .optional()
      .describe('The folder to run in, relative to the working folder or absolute.'),
    background: z
      .boolean()
      .optional()
      .describe(
        'True: it goes on after this call, as long as the conversation; for servers and long work.',
      ),
    waitMs: z
      .int()
      .min(0)
      .max(commandTimeouts.longestMs)
      .optional()
      .describe(
        `With background: milliseconds to wait for its end before you move on. Default ${usualWaitMs}.`,
      ),
  })
  .refine(
    ({ background, timeoutMs }) => background !== true || timeoutMs === undefined,
    'in the background a command has no timeoutMs; waitMs says how long to wait for it',
  )
  .refine(
    ({ background, waitMs }) => background === true || waitMs === undefined,
    'waitMs goes with background: true',
  );

/** What the model asks for. */
export interface ShellInput {
  readonly command: string;
  readonly cwd?: string | undefined;
  /** Milliseconds that the call stays with it, and whether it is ended then. */
  readonly waitMs: number;
  readonly isBackground: boolean;
}

export const shellSchema: JsonSchema = z.toJSONSchema(schema, { io: 'input' }) as JsonSchema;

/** Throws with a sentence that names the field. */
export function parseInput(input: JsonValue): ShellInput {
  const parsed = schema.safeParse(input);
  if (!parsed.success) throw new Error(z.prettifyError(parsed.error));
  const { command, cwd, background = false, timeoutMs, waitMs } = parsed.data;
  return {
    command,
    cwd,
    isBackground: background,
    waitMs: background ? (waitMs ?? usualWaitMs) : (timeoutMs ?? commandTimeouts.usualMs),
  };
}
