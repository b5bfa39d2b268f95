import type { CommandExit } from '@dispatch/contracts';
import { type FieldReader, string, uint32 } from './wire.ts';

export type StreamName = 'stdout' | 'stderr';

/** One process over there, begun by the user's login shell, with its three streams. */
export interface Session {
  /** Given to its standard input, in order, as it reads. */
  write(bytes: Uint8Array): void;
  /** Its standard input ends after what was written. */
  endInput(): void;
  /** Nothing is told while stopped, and a process that prints much waits. */
  setReading(isReading: boolean): void;
  /** Resolves with how the process ended, whoever holds its pipes; with undefined where nobody will ever say. */
  readonly exited: Promise<CommandExit | undefined>;
  /** Resolves when nobody holds its pipes and all was told, or the connection is lost. */
  readonly closed: Promise<void>;
  isClosed(): boolean;
  /** Lets go of its pipes; does not end the process. */
  close(): void;
}

export type OnData = (stream: StreamName, bytes: Buffer) => void;

/** Messages of the connection protocol (RFC 4254) about one channel. */
export const message = {
  open: 90,
  opened: 91,
  openFailed: 92,
  windowAdjust: 93,
  data: 94,
  extendedData: 95,
  eof: 96,
  close: 97,
  request: 98,
  success: 99,
  failure: 100,
} as const;

/** What may be printed and not yet told, in bytes: kept here while nobody reads. */
export const windowBytes = 2 * 1024 * 1024;

/** A session's channel, once it is open. */
export interface SessionChannel extends Session {
  /** Takes a message; `fields` stands behind the channel's number. */
  take(type: number, fields: FieldReader): void;
  /** The connection is gone. */
  lose(): void;
}

export interface ChannelOptions {
  /** How the computer calls the channel. */
  readonly remoteId: number;
  /** What it takes before it says more, in bytes. */
  readonly remoteWindow: number;
  readonly maxPacket: number;
  send(type: number, ...fields: readonly Uint8Array[]): void;
  readonly onData: OnData;
  /** Called once: no message comes or goes any more. */
  readonly onGone: () => void;
}

export function createSessionChannel(options: ChannelOptions): SessionChannel {
  const { promise: exited, resolve: exit } = Promise.withResolvers<CommandExit | undefined>();
  const { promise: closed, resolve: finish } = Promise.withResolvers<void>();
  const to = uint32(options.remoteId);
  const outgoing: Uint8Array[] = [];
  let held: (readonly [StreamName, Buffer])[] = [];
  let window = options.remoteWindow;
  let consumed = 0;
  let isReading = true;
  let inputEnds = false;
  let isCloseSent = false;
  let isCloseTaken = false;
  let isClosed = false;

  const send = (type: number, ...fields: readonly Uint8Array[]) => {
    if (!isCloseSent) options.send(type, to, ...fields);
  };
  const pump = () => {
    for (let first = outgoing[0]; first !== undefined && window > 0; first = outgoing[0]) {
      const piece = first.subarray(0, Math.min(window, options.maxPacket));
      window -= piece.length;
      if (piece.length === first.length) outgoing.shift();
      else outgoing[0] = first.subarray(piece.length);
      send(message.data, string(piece));
    }
    if (!inputEnds || outgoing.length > 0) return;
    inputEnds = false;
    send(message.eof);
  };
  const close = () => {
    if (isCloseSent) return;
    send(message.close);
    isCloseSent = true;
    outgoing.length = 0;
  };
  const end = () => {
    if (isClosed) return;
    isClosed = true;
    exit(undefined);
    finish();
  };
  const tell = (stream: StreamName, bytes: Buffer) => {
    options.onData(stream, bytes);
    consumed += bytes.length;
    if (consumed < windowBytes / 2) return;
    send(message.windowAdjust, uint32(consumed));
    consumed = 0;
  };
  const flush = () => {
    while (isReading) {
      const [first, ...rest] = held;
      if (first === undefined) break;
      held = rest;
      tell(...first);
    }
    if (isCloseTaken && held.length === 0) end();
  };
  const takeRequest = (fields: FieldReader) => {
    const name = fields.string().toString();
    fields.byte();
    if (name === 'exit-status') exit({ code: fields.uint32() });
    if (name === 'exit-signal') exit({ signal: `SIG${fields.string()}` });
  };

  return {
    exited,
    closed,
    isClosed: () => isClosed,
    close,
    write(bytes) {
      if (bytes.length > 0 && !isCloseSent) outgoing.push(bytes);
      pump();
    },
    endInput() {
      inputEnds = true;
      pump();
    },
    setReading(next) {
      isReading = next;
      flush();
    },
    take(type, fields) {
      if (type === message.windowAdjust) {
        window += fields.uint32();
        pump();
      } else if (type === message.data) {
        held.push(['stdout', fields.string()]);
      } else if (type === message.extendedData) {
        fields.uint32();
        held.push(['stderr', fields.string()]);
      } else if (type === message.request) {
        takeRequest(fields);
      } else if (type === message.failure) {
        close();
      } else if (type === message.close) {
        isCloseTaken = true;
        close();
        options.onGone();
      }
      flush();
    },
    lose() {
      isCloseSent = true;
      isCloseTaken = true;
      exit(undefined);
      flush();
    },
  };
}
