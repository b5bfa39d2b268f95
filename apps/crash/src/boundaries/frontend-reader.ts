/** A part of what a client sends to PostgreSQL that is passed on as a whole. */
export interface FrontendPart {
  readonly bytes: Buffer;
  /** The SQL, where the part is a statement: the server answers it and says that it is ready. */
  readonly statement?: string;
}

const letter = (text: string) => text.charCodeAt(0);
const parse = letter('P');
const bind = letter('B');
const query = letter('Q');
const sync = letter('S');
/** Messages that end a part without being a statement: flush, password, terminate. */
const others = new Set(['H', 'p', 'X'].map(letter));

/**
 * Cuts what one connection sends into statements: a simple query, or all messages of the extended
 * protocol up to their `Sync` (PostgreSQL documentation, "Message Flow"). Give it the bytes in order.
 */
export function createFrontendReader(): (bytes: Buffer) => readonly FrontendPart[] {
  const prepared = new Map<string, string>();
  let rest: Buffer = Buffer.alloc(0);
  /** Whole messages of a part that is not over. */
  let held: Buffer[] = [];
  let statement = '';
  let isStarted = false;

  const finish = (isStatement: boolean): FrontendPart => {
    const bytes = Buffer.concat(held);
    held = [];
    return isStatement ? { bytes, statement } : { bytes };
  };

  const take = (message: Buffer): FrontendPart | undefined => {
    held.push(message);
    const type = message[0];
    if (type === query) {
      statement = readString(message, 5).text;
      return finish(true);
    }
    if (type === parse) {
      const name = readString(message, 5);
      statement = readString(message, name.end).text;
      prepared.set(name.text, statement);
    }
    if (type === bind) {
      const name = readString(message, readString(message, 5).end).text;
      statement = prepared.get(name) ?? '';
    }
    if (type === sync) return finish(true);
    return type !== undefined && others.has(type) ? finish(false) : undefined;
  };

  return (bytes) => {
    rest = Buffer.concat([rest, bytes]);
    const parts: FrontendPart[] = [];
    for (;;) {
      // The first message alone has no letter.
      const head = isStarted ? 1 : 0;
      const length =
        rest.length < head + 4 ? Number.POSITIVE_INFINITY : head + rest.readInt32BE(head);
      if (rest.length < length) return parts;
      const message = rest.subarray(0, length);
      rest = rest.subarray(length);
      if (isStarted) {
        const part = take(message);
        if (part !== undefined) parts.push(part);
      } else {
        isStarted = true;
        parts.push({ bytes: message });
      }
    }
  };
}

function readString(
  message: Buffer,
  from: number,
): { readonly text: string; readonly end: number } {
  const zero = message.indexOf(0, from);
  return { text: message.toString('utf8', from, zero), end: zero + 1 };
}
