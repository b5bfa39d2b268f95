import { defineTool, type JsonSchema, type Tool, textResult } from '@dispatch/kernel';
import { z } from 'zod';
import type { WordCountOptions } from './options.ts';

/** Makes the tool `word_count`. */
export function createWordCountTool({ maxLength }: WordCountOptions): Tool {
  const schema = z.strictObject({
    text: z.string().max(maxLength).describe('What it works on.'),
  });
  return defineTool({
    name: 'word_count',
    description: 'Says how long a text is.',
    inputSchema: z.toJSONSchema(schema, { io: 'input' }) as JsonSchema,
    effect: 'pure',
    parse(input) {
      const parsed = schema.safeParse(input);
      if (!parsed.success) throw new Error(z.prettifyError(parsed.error));
      return parsed.data;
    },
    async run({ text }) {
      return textResult(String(text.length));
    },
  });
}
