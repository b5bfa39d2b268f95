/** What a carrier hands on as one piece: some messages of a topic, or a part of a long one. */
export interface Packet {
  readonly topic: string;
  /** Well-formed, never empty, and without U+0000 and U+0003: a carrier may use them for itself. */
  readonly text: string;
  /** Of `text`, in UTF-8. */
  readonly bytes: number;
}

/**
 * `unreachable`: not now; the same may be sent again, though some of it may have gone out.
 * `refused`: not now and not later.
 */
export type SendOutcome = 'sent' | 'unreachable' | 'refused';

/** Takes a packet that has come for a topic; one of this member's own is passed over. Never throws. */
export type Receive = (topic: string, text: string) => void;

/**
 * What stands between the members of a bus: a server that tells all who listen on a topic. It knows
 * nothing of messages; what a bus promises is made of this by `createBus`.
 */
export interface Carrier {
  /** How long a packet may be now, in UTF-8. At least 1024. */
  maxPacketBytes(): number;
  /** Called with up to a mebibyte, or one packet; again only after it has resolved. Never rejects. */
  send(packets: readonly Packet[]): Promise<SendOutcome>;
  /**
   * Resolves when what is sent to the topic from then on arrives here, however long that takes; at
   * once where it does already. Stays so, across reconnects, until `unlisten`. Never rejects.
   */
  listen(topic: string): Promise<void>;
  unlisten(topic: string): void;
  /** Nothing arrives after it. Never rejects. */
  close(): Promise<void>;
}
