import type { ContentPart } from '../content.ts';
import { utf8Length } from '../utf8-length.ts';

/** Of the base64 of all images of a result: more would fill a request by itself. */
const maxImageLength = 5 * 1024 * 1024;
/** Room for a handle, used or not: what is kept of a result must not depend on its handle's length. */
const handleLength = 64;
const keptAs = 'The whole result is kept as ';
const notKept = 'It was not kept';
/** Of what is kept, this much is the head; the rest is the tail. */
const headShare = 0.7;

/** True where the parts are more than the model is to be sent. */
export function isTooLarge(content: readonly ContentPart[], maxBytes: number): boolean {
  let most = 0;
  let imageLength = 0;
  for (const part of content) {
    if (part.type === 'image') imageLength += part.data.length;
    // No UTF-16 unit is more than three bytes of UTF-8.
    most += textOf(part).length * 3;
  }
  if (imageLength > maxImageLength) return true;
  if (most <= maxBytes) return false;
  let bytes = 0;
  for (const part of content) bytes += utf8Length(textOf(part));
  return bytes > maxBytes;
}

/**
 * Head and tail of a result that is too large, with a note between them that says what is missing
 * and where the whole of it is kept; all three are at most `maxBytes`, where the note alone is not
 * more. Of the images the first ones stay, as long as they are not too large together.
 */
export function capContent(
  content: readonly ContentPart[],
  maxBytes: number,
  handle: string | undefined,
): ContentPart[] {
  const where = handle === undefined ? `${notKept}.` : `${keptAs}${handle}.`;
  const text = content
    .filter((part) => part.type !== 'image')
    .map(textOf)
    .join('\n');
  const parts: ContentPart[] =
    utf8Length(text) <= maxBytes
      ? content.filter((part) => part.type !== 'image')
      : [{ type: 'text', text: capText(text, maxBytes, where) }];
  let imageLength = 0;
  for (const part of content) {
    if (part.type !== 'image') continue;
    imageLength += part.data.length;
    if (imageLength > maxImageLength) {
      parts.push({ type: 'text', text: `[An image was too large to be sent. ${where}]` });
      break;
    }
    parts.push(part);
  }
  return parts;
}

/** A capped text without where the whole of it is kept. */
export function withoutHandle(text: string): string {
  return text.includes(keptAs) || text.includes(notKept) ? text.replace(handleNote, '') : text;
}

/** What capped texts name as where the whole of them is kept; in JSON, too. */
export function keptHandles(text: string): string[] {
  return text.includes(keptAs)
    ? [...text.matchAll(namedHandle)].map(([, handle = '']) => handle)
    : [];
}

const namedHandle = new RegExp(`${keptAs}(\\S{1,200}?)\\.(?= Ask for less|\\])`, 'g');
const handleNote = new RegExp(`(?:${keptAs}\\S{1,200}|${notKept})\\.(?= Ask for less|\\])`, 'g');

function capText(text: string, maxBytes: number, where: string): string {
  const bytes = utf8Length(text);
  const noteOf = (missing: number) =>
    `\n[... ${missing} of ${bytes} bytes are left out here. ${where} Ask for less at a time to see them.]\n`;
  const unused = Math.max(0, keptAs.length + handleLength + 1 - where.length);
  const room = Math.max(0, maxBytes - utf8Length(noteOf(bytes)) - unused);
  const headBytes = Math.floor(room * headShare);
  const head = text.slice(0, headEnd(text, headBytes));
  const tail = text.slice(tailStart(text, room - headBytes));
  return head + noteOf(bytes - utf8Length(head) - utf8Length(tail)) + tail;
}

function textOf(part: ContentPart): string {
  if (part.type === 'text') return part.text;
  return part.type === 'json' ? (JSON.stringify(part.value) ?? '') : '';
}

/** Where the head of at most `maxBytes` ends, at a code point's border. */
function headEnd(text: string, maxBytes: number): number {
  let bytes = 0;
  let index = 0;
  while (index < text.length) {
    const point = text.codePointAt(index) ?? 0;
    bytes += pointLength(point);
    if (bytes > maxBytes) break;
    index += point > 0xffff ? 2 : 1;
  }
  return index;
}

function tailStart(text: string, maxBytes: number): number {
  let bytes = 0;
  let index = text.length;
  while (index > 0) {
    const unit = text.charCodeAt(index - 1);
    const isPair = unit >= 0xdc00 && unit < 0xe000 && index > 1;
    bytes += isPair ? 4 : pointLength(unit);
    if (bytes > maxBytes) break;
    index -= isPair ? 2 : 1;
  }
  return index;
}

function pointLength(point: number): number {
  if (point < 0x80) return 1;
  if (point < 0x800) return 2;
  return point > 0xffff ? 4 : 3;
}
