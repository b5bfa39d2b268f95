import type { Frame } from './carrier.ts';

/** A message that is to be sent: escaped, and what that takes in UTF-8. */
export interface Outgoing {
  readonly topic: string;
  readonly text: string;
  readonly bytes: number;
}

/** A part of a message that is longer than a frame. */
export interface Part {
  readonly sender: string;
  readonly id: string;
  readonly index: number;
  readonly count: number;
  readonly text: string;
}

/**
 * What a frame holds: texts of messages, or a part of one; escaped still.
 *
 * A frame is `<sender><kind><number>` and then, each after U+0001, the texts of messages (kind `m`)
 * or a part's index, count and text (kind `p`). The number makes each frame differ from all others:
 * PostgreSQL delivers equal notifications of a transaction once.
 */
export type Opened =
  | { readonly kind: 'messages'; readonly texts: readonly string[] }
  | { readonly kind: 'part'; readonly part: Part };

export const senderLength = 12;
const separator = '\u0001';
/** More than stands before the text of any frame. */
const headBytes = 64;
/** Of the longest message, in the shortest frames. */
const maxParts = 65_536;

/** `bytes` counts a separator before each text. */
interface Gathered {
  readonly texts: string[];
  bytes: number;
}

/** A framer gives its frames one sender's name, of `senderLength` characters of ASCII. */
export function createFramer(sender: string) {
  let frames = 0;
  const head = (kind: 'm' | 'p') => {
    frames += 1;
    return `${sender}${kind}${frames.toString(36)}`;
  };

  function close(topic: string, { texts, bytes }: Gathered): Frame {
    const start = head('m');
    return {
      topic,
      text: `${start}${separator}${texts.join(separator)}`,
      bytes: start.length + bytes,
    };
  }

  function cut(message: Outgoing, capacity: number): Frame[] {
    const start = head('p');
    const parts = cutText(message.text, capacity);
    return parts.map(({ text, bytes }, index) => {
      const fields = [start, index.toString(36), parts.length.toString(36), ''].join(separator);
      return { topic: message.topic, text: fields + text, bytes: fields.length + bytes };
    });
  }

  /** Small messages of a topic share frames; all of a topic stay in order. */
  return (messages: readonly Outgoing[], maxFrameBytes: number): Frame[] => {
    const capacity = maxFrameBytes - headBytes;
    const framed: Frame[] = [];
    const open = new Map<string, Gathered>();
    for (const message of messages) {
      const { topic, text, bytes } = message;
      const gathered = open.get(topic);
      if (gathered !== undefined && gathered.bytes + 1 + bytes <= capacity) {
        gathered.texts.push(text);
        gathered.bytes += 1 + bytes;
        continue;
      }
      if (gathered !== undefined) framed.push(close(topic, gathered));
      open.delete(topic);
      if (1 + bytes <= capacity) open.set(topic, { texts: [text], bytes: 1 + bytes });
      else framed.push(...cut(message, capacity));
    }
    for (const [topic, gathered] of open) framed.push(close(topic, gathered));
    return framed;
  };
}

/** Cuts at borders of characters, so that each part is a text by itself. */
function cutText(text: string, maxBytes: number): { text: string; bytes: number }[] {
  const whole = Buffer.from(text);
  const parts: { text: string; bytes: number }[] = [];
  for (let start = 0; start < whole.length; ) {
    let end = Math.min(start + maxBytes, whole.length);
    while (end < whole.length && isContinuation(whole[end])) end -= 1;
    parts.push({ text: whole.toString('utf8', start, end), bytes: end - start });
    start = end;
  }
  return parts;
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}

/** Undefined: it is not a frame, or one of a newer version. */
export function openFrame(frame: string): Opened | undefined {
  const fieldsStart = frame.indexOf(separator);
  if (fieldsStart <= senderLength) return undefined;
  const kind = frame[senderLength];
  if (kind === 'm') {
    return { kind: 'messages', texts: frame.slice(fieldsStart + 1).split(separator) };
  }
  const part = kind === 'p' ? openPart(frame, fieldsStart) : undefined;
  return part === undefined ? undefined : { kind: 'part', part };
}

function openPart(frame: string, fieldsStart: number): Part | undefined {
  const indexEnd = frame.indexOf(separator, fieldsStart + 1);
  const countEnd = indexEnd === -1 ? -1 : frame.indexOf(separator, indexEnd + 1);
  if (countEnd === -1) return undefined;
  const index = Number.parseInt(frame.slice(fieldsStart + 1, indexEnd), 36);
  const count = Number.parseInt(frame.slice(indexEnd + 1, countEnd), 36);
  if (!(index >= 0 && index < count && count <= maxParts)) return undefined;
  return {
    sender: frame.slice(0, senderLength),
    id: frame.slice(senderLength + 1, fieldsStart),
    index,
    count,
    text: frame.slice(countEnd + 1),
  };
}
