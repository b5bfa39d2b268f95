import type { Runtime } from '@dispatch/contracts';
import type { ForgetRequest } from '@dispatch/kernel';
import { heldConversations } from './held-conversations.ts';
import { listSequences } from './journal-files.ts';
import { factsOf } from './line-facts.ts';
import { rewriteFile } from './rewrite-file.ts';
import type { Rotation } from './rotation.ts';

/** What `findMissing` takes at once. */
const mostAsked = 1000;
/** Reading pauses after so many blocks of 64 KiB, for so long: at most 100 MiB a second or so. */
const blocksPerPause = 16;
const pauseMs = 10;

/**
 * Removes from a folder's files what they hold of conversations that are no more, one file after the
 * other, the oldest first. One that is written is ended before it is made anew.
 */
export async function forgetConversations(
  folder: string,
  files: Pick<Rotation, 'end' | 'exclusively'>,
  { findMissing, before, signal }: ForgetRequest,
  { sleep }: Pick<Runtime, 'sleep'>,
): Promise<number> {
  let blocks = 0;
  const pause = async () => {
    blocks += 1;
    if (blocks % blocksPerPause === 0) await sleep(pauseMs, signal);
    signal.throwIfAborted();
  };
  const youngest = new Date(before).toISOString();
  let gone = 0;
  try {
    const sequences = await listSequences(folder);
    for (const sequence of sequences) {
      await pause();
      const isClosed = sequence !== sequences.at(-1);
      const held = await heldConversations(folder, sequence, {
        before: youngest,
        isClosed,
        pause,
      });
      const missing = await findAllMissing(held, findMissing);
      if (missing.size === 0) continue;
      await files.end(sequence);
      const isKept = keeperOf(missing, youngest);
      const { exclusively } = files;
      gone += await rewriteFile(folder, sequence, { isKept, pause, exclusively });
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  return gone;
}

async function findAllMissing(
  conversationIds: readonly string[],
  findMissing: ForgetRequest['findMissing'],
): Promise<ReadonlySet<string>> {
  const missing = new Set<string>();
  for (let begin = 0; begin < conversationIds.length; begin += mostAsked) {
    const found = await findMissing(conversationIds.slice(begin, begin + mostAsked));
    for (const conversationId of found) missing.add(conversationId);
  }
  return missing;
}

/** Which lines of one file stay, asked in its order. What has a trace alone goes as the trace does. */
function keeperOf(missing: ReadonlySet<string>, before: string): (line: Buffer) => boolean {
  const traceIds = new Set<string>();
  return (line) => {
    const { conversationId, traceId, at } = factsOf(line);
    if (at !== undefined && at >= before) return true;
    if (conversationId === undefined) return traceId === undefined || !traceIds.has(traceId);
    if (!missing.has(conversationId)) return true;
    if (traceId !== undefined) traceIds.add(traceId);
    return false;
  };
}
