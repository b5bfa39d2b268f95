import { z } from 'zod';

/** To all hosts: who is there, and what has become of conversations. */
const toAll = z.discriminatedUnion('kind', [
  /** A sign of life. `isNew`: who hears it tells of itself at once. `isWatching`: wants to hear of changes. */
  z.object({
    kind: z.literal('here'),
    host: z.string(),
    isNew: z.boolean(),
    isWatching: z.boolean(),
  }),
  z.object({ kind: z.literal('left'), host: z.string() }),
  /** The host runs this turn from now on. */
  z.object({
    kind: z.literal('turn'),
    host: z.string(),
    conversationId: z.string(),
    turnId: z.string(),
    epoch: z.int(),
    /** The conversation's last seq before the turn. */
    previousSeq: z.int(),
  }),
  /** The host has given turns up: they can be claimed. */
  z.object({ kind: z.literal('released'), host: z.string() }),
  z.object({ kind: z.literal('changed'), conversationId: z.string() }),
  z.object({ kind: z.literal('deleted'), conversationId: z.string() }),
]);

export type ToAll = z.infer<typeof toAll>;

/** To one host, but for events: these have a form of their own. */
const toOne = z.discriminatedUnion('kind', [
  /**
   * Wants the events of a turn, from number `from` on. Said again as a sign of life, with the number
   * that is wanted next; `isGap`: what came last does not join it.
   */
  z.object({
    kind: z.literal('follow'),
    host: z.string(),
    mirrorId: z.string(),
    turnId: z.string(),
    from: z.int().min(0),
    isGap: z.boolean(),
  }),
  z.object({ kind: z.literal('unfollow'), mirrorId: z.string() }),
  /** A mark in the store says that the turn is to be aborted. */
  z.object({ kind: z.literal('abort'), conversationId: z.string(), turnId: z.string() }),
]);

export type ToOne = z.infer<typeof toOne>;

/** What goes before the events of a turn. */
const eventsHead = z.object({
  kind: z.literal('events'),
  mirrorId: z.string(),
  /**
   * `open`, `broken` and `closed` as of the log. `unknown`: the turn is not, or no longer, this
   * host's. `lost`: the events that were asked for are gone.
   */
  state: z.enum(['open', 'broken', 'closed', 'unknown', 'lost']),
  /** The number of the first event of the message. */
  from: z.int(),
  /** The number that the turn's next event gets: what is there already, but not in this message, comes behind it. */
  nextNumber: z.int(),
  /** The first number of this owner, and from where on cursors of an earlier one are good. */
  base: z.int(),
  earlierOwnerFrom: z.int().nullable(),
  /** The conversation's last seq before the turn; null where this owner did not start it. */
  previousSeq: z.int().nullable(),
  committedSeq: z.int(),
  breaks: z.int(),
});

export type EventsHead = z.infer<typeof eventsHead>;

export type EventsMessage = EventsHead & { readonly events: readonly string[] };

/** The head as one line, and each event as one: their texts are passed on as they are. */
export function formatEvents(head: EventsHead, events: readonly string[]): string {
  return [JSON.stringify(head), ...events].join('\n');
}

export function parseToAll(text: string): ToAll | undefined {
  return toAll.safeParse(parseJson(text)).data;
}

/** Undefined where it is none: a host of another version may say more than this one knows. */
export function parseToOne(text: string): ToOne | EventsMessage | undefined {
  const lines = text.split('\n');
  const first = parseJson(lines[0] ?? '');
  if (!isOfEvents(first)) return toOne.safeParse(first).data;
  const head = eventsHead.safeParse(first).data;
  return head === undefined ? undefined : { ...head, events: lines.slice(1) };
}

function isOfEvents(head: unknown): boolean {
  return typeof head === 'object' && head !== null && 'kind' in head && head.kind === 'events';
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The topic that all hosts listen to, and that of one. */
export const allTopic = 'hosts';

export function topicOf(hostId: string): string {
  return `host/${hostId.replaceAll(/[^A-Za-z0-9_.-]/g, '_')}`;
}
