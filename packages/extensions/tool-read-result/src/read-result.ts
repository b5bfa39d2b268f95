import { type Blobs, isCodedError } from '@dispatch/contracts';
import {
  type ContentPart,
  defineTool,
  errorResult,
  type JsonSchema,
  type Tool,
  textResult,
} from '@dispatch/kernel';
import { z } from 'zod';
import type { ReadResultOptions } from './options.ts';

const description =
  'Reads more of an earlier tool result that was too large to be shown whole. Such a result says "The whole result is kept as <id>". Give that id, and an offset in characters to go on from.';

/** Makes the tool `read_result`. */
export function createReadResultTool(blobs: Blobs, { maxLength }: ReadResultOptions): Tool {
  const schema = z.strictObject({
    id: z
      .string()
      .regex(/^[A-Za-z0-9_-]{1,64}$/, 'it is what stands behind "The whole result is kept as"')
      .describe('What the result is kept as.'),
    offset: z.int().min(0).default(0).describe('The first character to read, from 0.'),
    length: z
      .int()
      .min(1)
      .max(maxLength)
      .default(maxLength)
      .describe(`How many characters, at most ${maxLength}.`),
  });
  return defineTool({
    name: 'read_result',
    description,
    inputSchema: z.toJSONSchema(schema, { io: 'input' }) as JsonSchema,
    effect: 'pure',
    parse(input) {
      const parsed = schema.safeParse(input);
      if (!parsed.success) throw new Error(z.prettifyError(parsed.error));
      return parsed.data;
    },
    async run({ id, offset, length }, { conversationId }) {
      // An id of another conversation is as good as none: a model may have read it anywhere.
      const info = await blobs.describe(id, conversationId);
      if (info?.mediaType !== 'application/json') {
        return errorResult(
          `No result of this conversation is kept as ${id}. Use the id that the shortened result names.`,
        );
      }
      try {
        const text = textOf(JSON.parse(Buffer.from(await blobs.read(id)).toString()));
        return textResult(slice(text, offset, length));
      } catch (error) {
        if (!isCodedError(error, 'blob-not-found')) throw error;
        return errorResult(`The result ${id} is no longer kept. Run what gave it again.`);
      }
    },
  });
}

/** What the kernel handed over to be kept: the parts of a result. */
function textOf(content: readonly ContentPart[]): string {
  return content
    .map((part) => {
      if (part.type === 'text') return part.text;
      return part.type === 'json' ? JSON.stringify(part.value) : `[${part.type}]`;
    })
    .join('\n');
}

function slice(text: string, offset: number, length: number): string {
  if (offset >= text.length) return `[The result has ${text.length} characters: nothing is left.]`;
  // Cutting inside a surrogate pair leaves U+FFFD in its place.
  const shown = text.slice(offset, offset + length).toWellFormed();
  const end = offset + length;
  const rest = end < text.length ? `. Go on with offset ${end}` : '. That is the end';
  const note = `[Characters ${offset} to ${Math.min(end, text.length)} of ${text.length}${rest}.]`;
  return `${shown}\n${note}`;
}
