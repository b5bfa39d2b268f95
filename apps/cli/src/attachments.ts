import { readFile, stat } from 'node:fs/promises';
import { basename, extname, resolve } from 'node:path';
import type { Client, NewAttachment } from '@dispatch/client';
import type { Message } from '@dispatch/wire';
import { usageError } from './exit-codes.ts';

/** As much as the host takes of one. */
const maxBytes = 20 * 1024 * 1024;

/** What the host tells models apart by, and what files are mostly sent; any other is bytes. */
const mediaTypes: Readonly<Record<string, string>> = {
  '.csv': 'text/csv',
  '.gif': 'image/gif',
  '.htm': 'text/html',
  '.html': 'text/html',
  '.jpeg': 'image/jpeg',
  '.jpg': 'image/jpeg',
  '.json': 'application/json',
  '.log': 'text/plain',
  '.md': 'text/markdown',
  '.pdf': 'application/pdf',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain',
  '.webp': 'image/webp',
};

/** All of them, before anything is sent. A usage error names one that can not be. */
export function readFiles(
  cwd: string,
  paths: readonly string[],
): Promise<readonly NewAttachment[]> {
  return Promise.all(
    paths.map(async (path) => {
      const file = resolve(cwd, path);
      return {
        bytes: await readWhole(file, path),
        mediaType: mediaTypes[extname(file).toLowerCase()] ?? 'application/octet-stream',
        name: basename(file),
      };
    }),
  );
}

async function readWhole(file: string, path: string): Promise<Uint8Array> {
  try {
    const { size } = await stat(file);
    if (size <= maxBytes) return await readFile(file);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw usageError(`"${path}" can not be attached: ${reason}.`);
  }
  throw usageError(`"${path}" can not be attached: it is larger than 20 MiB.`);
}

/** The message that names the files, once they are uploaded; the text alone where there are none. */
export async function withAttachments(
  client: Pick<Client, 'uploadAttachment'>,
  text: string,
  files: readonly NewAttachment[],
): Promise<Message> {
  if (files.length === 0) return text;
  const message: Exclude<Message, string> = [{ type: 'text', text }];
  for (const file of files) {
    const { attachmentId } = await client.uploadAttachment(file);
    message.push({ type: 'attachment', attachmentId });
  }
  return message;
}
