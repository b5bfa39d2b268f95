import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { fileName, listName, statFile } from './journal-files.ts';
import { factsOf } from './line-facts.ts';
import { readRawLines } from './raw-lines.ts';

/** What a list says, and of which file: one that was changed since has another size or time. */
const schema = z.object({
  bytes: z.number(),
  writtenAt: z.number(),
  conversationIds: z.array(z.string()),
});

export interface HoldingOptions {
  /** ISO-8601: of a conversation with a younger record nothing is said. */
  readonly before: string;
  /** Nothing is written to the file any more: what it holds may be kept in a list beside it. */
  readonly isClosed: boolean;
  /** Between blocks; rejects to end early. */
  readonly pause: () => Promise<void>;
}

/**
 * The conversations that a file has records of. From the list beside it; where that is missing, or
 * not of the file as it is, by reading the file, which makes the list.
 */
export async function heldConversations(
  folder: string,
  sequence: number,
  { before, isClosed, pause }: HoldingOptions,
): Promise<readonly string[]> {
  const file = await statFile(folder, sequence);
  if (file === undefined) return [];
  const listPath = join(folder, listName(sequence));
  const list = isClosed ? await readList(listPath) : undefined;
  if (list?.bytes === file.bytes && list.writtenAt === file.writtenAt) return list.conversationIds;
  const found = new Set<string>();
  const young = new Set<string>();
  for await (const lines of readRawLines(join(folder, fileName(sequence)))) {
    for (const line of lines) {
      const { conversationId, at } = factsOf(line);
      if (conversationId === undefined) continue;
      if (at !== undefined && at >= before) young.add(conversationId);
      found.add(conversationId);
    }
    await pause();
  }
  if (isClosed && young.size === 0) {
    const { bytes, writtenAt } = file;
    const text = JSON.stringify({ bytes, writtenAt, conversationIds: [...found] });
    // Without it the file is read again.
    await writeFile(listPath, text, { mode: 0o600 }).catch(() => {});
  }
  return [...found].filter((id) => !young.has(id));
}

/** Undefined where there is none, or a torn one. */
async function readList(path: string): Promise<z.infer<typeof schema> | undefined> {
  try {
    return schema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    return undefined;
  }
}
