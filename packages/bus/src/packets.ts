import type { Packet } from './carrier.ts';

/** A message that is to be sent: escaped, and what that takes in UTF-8. */
export interface Outgoing {
  readonly topic: string;
  readonly text: string;
  readonly bytes: number;
}

/** A part of a message that is longer than a packet. */
export interface Part {
  readonly sender: string;
  readonly id: string;
  readonly index: number;
  readonly count: number;
  readonly text: string;
}

/**
 * What a packet holds: texts of messages, or a part of one; escaped still.
 *
 * A packet is `<sender><kind><number>` and then, each after U+0001, the texts of messages (kind `m`)
 * or a part's index, count and text (kind `p`). The number makes each packet differ from all others:
 * PostgreSQL delivers equal notifications of a transaction once.
 */
export type Opened =
  | { readonly kind: 'messages'; readonly texts: readonly string[] }
  | { readonly kind: 'part'; readonly part: Part };

export const senderLength = 12;
const separator = '\u0001';
/** More than stands before the text of any packet. */
const headBytes = 64;
/** Of the longest message, in the shortest packets. */
const maxParts = 65_536;

/** `bytes` counts a separator before each text. */
interface Gathered {
  readonly texts: string[];
  bytes: number;
}

/** A packer gives its packets one sender's name, of `senderLength` characters of ASCII. */
export function createPacker(sender: string) {
  let packets = 0;
  const head = (kind: 'm' | 'p') => {
    packets += 1;
    return `${sender}${kind}${packets.toString(36)}`;
  };

  function close(topic: string, { texts, bytes }: Gathered): Packet {
    const start = head('m');
    return {
      topic,
      text: `${start}${separator}${texts.join(separator)}`,
      bytes: start.length + bytes,
    };
  }

  function cut(message: Outgoing, capacity: number): Packet[] {
    const start = head('p');
    const parts = cutText(message.text, capacity);
    return parts.map(({ text, bytes }, index) => {
      const fields = [start, index.toString(36), parts.length.toString(36), ''].join(separator);
      return { topic: message.topic, text: fields + text, bytes: fields.length + bytes };
    });
  }

  /** Small messages of a topic share packets; all of a topic stay in order. */
  return (messages: readonly Outgoing[], maxPacketBytes: number): Packet[] => {
    const capacity = maxPacketBytes - headBytes;
    const packed: Packet[] = [];
    const open = new Map<string, Gathered>();
    for (const message of messages) {
      const { topic, text, bytes } = message;
      const gathered = open.get(topic);
      if (gathered !== undefined && gathered.bytes + 1 + bytes <= capacity) {
        gathered.texts.push(text);
        gathered.bytes += 1 + bytes;
        continue;
      }
      if (gathered !== undefined) packed.push(close(topic, gathered));
      open.delete(topic);
      if (1 + bytes <= capacity) open.set(topic, { texts: [text], bytes: 1 + bytes });
      else packed.push(...cut(message, capacity));
    }
    for (const [topic, gathered] of open) packed.push(close(topic, gathered));
    return packed;
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

/** Undefined: it is not a packet, or one of a newer version. */
export function openPacket(packet: string): Opened | undefined {
  const fieldsStart = packet.indexOf(separator);
  if (fieldsStart <= senderLength) return undefined;
  const kind = packet[senderLength];
  if (kind === 'm') {
    return { kind: 'messages', texts: packet.slice(fieldsStart + 1).split(separator) };
  }
  const part = kind === 'p' ? openPart(packet, fieldsStart) : undefined;
  return part === undefined ? undefined : { kind: 'part', part };
}

function openPart(packet: string, fieldsStart: number): Part | undefined {
  const indexEnd = packet.indexOf(separator, fieldsStart + 1);
  const countEnd = indexEnd === -1 ? -1 : packet.indexOf(separator, indexEnd + 1);
  if (countEnd === -1) return undefined;
  const index = Number.parseInt(packet.slice(fieldsStart + 1, indexEnd), 36);
  const count = Number.parseInt(packet.slice(indexEnd + 1, countEnd), 36);
  if (!(index >= 0 && index < count && count <= maxParts)) return undefined;
  return {
    sender: packet.slice(0, senderLength),
    id: packet.slice(senderLength + 1, fieldsStart),
    index,
    count,
    text: packet.slice(countEnd + 1),
  };
}
