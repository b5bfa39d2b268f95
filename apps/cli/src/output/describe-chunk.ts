import type { StoredChunk } from '@dispatch/wire';
import { oneLine, printable } from './printable.ts';
import type { Style } from './style.ts';
import { wordsOf } from './turn-printer.ts';

/** A committed chunk as lines: texts whole, calls and results on one line each. */
export function describeChunk({ chunk, role }: StoredChunk, style: Style): string[] {
  switch (chunk.type) {
    case 'text': {
      const lines = printable(chunk.text).split('\n');
      return role === 'user' ? ['', ...lines.map((line) => style.bold(`> ${line}`)), ''] : lines;
    }
    case 'reasoning':
      return chunk.text === '' ? [] : printable(chunk.text).split('\n').map(style.dim);
    case 'tool-call':
      return [
        `${style.cyan(`→ ${oneLine(chunk.name, 60)}`)} ${style.dim(oneLine(JSON.stringify(chunk.input), 200))}`,
      ];
    case 'tool-result':
      return [
        `${chunk.isError ? style.red('✗') : style.green('✓')} ${oneLine(chunk.name, 60)} ${style.dim(oneLine(wordsOf(chunk.content), 200))}`,
      ];
    case 'attachment':
      return [style.cyan(`[${oneLine(chunk.name ?? chunk.mediaType, 100)}]`)];
    case 'error':
      return [style.red(`${oneLine(chunk.message, 2000)} (${chunk.code})`)];
    default:
      return [];
  }
}
