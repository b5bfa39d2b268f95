import type { Chunk } from '@dispatch/wire';
import { type Inspected, placeOf, type ReadChunk } from './inspected.ts';

/** Each chunk for itself: its number, its role, its text. */
export function checkChunks({ chunks, report }: Inspected): void {
  for (const [index, { stored, chunk }] of chunks.entries()) {
    if (stored.seq !== index + 1) {
      report('seq-gap', `Chunk ${index + 1} has the seq ${stored.seq}.`, placeOf(stored));
    }
    if (chunk === undefined) continue;
    if (!fitsRole(stored.role, chunk)) {
      report('chunk-role-wrong', `A chunk ${chunk.type} is a ${stored.role}'s.`, placeOf(stored));
    }
    if (isEmpty(chunk)) report('chunk-text-empty', 'The text is empty.', placeOf(stored));
  }
}

function fitsRole(role: ReadChunk['stored']['role'], chunk: Chunk): boolean {
  switch (chunk.type) {
    case 'text':
      return role === 'user' || role === 'assistant';
    case 'attachment':
      return role === 'user';
    case 'tool-result':
      return role === 'tool';
    default:
      return role === 'assistant';
  }
}

function isEmpty(chunk: Chunk): boolean {
  if (chunk.type === 'text') return chunk.text === '';
  return chunk.type === 'reasoning' && chunk.text === '' && chunk.providerData === undefined;
}
