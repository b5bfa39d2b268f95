import { connect } from 'node:net';
import {
  createSessionChannel,
  message,
  type OnData,
  type Session,
  type SessionChannel,
  windowBytes,
} from './session.ts';
import { createFrameReader, FieldReader, frame, string, uint32 } from './wire.ts';

/** Opens sessions on a kept connection. */
export interface Sessions {
  /**
   * Has the user's login shell run a command line. Resolves with `refused` where the computer gives no
   * more sessions, with `lost` where the connection is gone. `onData` is called while it is read.
   */
  open(commandLine: string, onData: OnData): Promise<Session | 'refused' | 'lost'>;
  /** Resolves when the connection is gone. Never rejects. */
  readonly lost: Promise<void>;
  close(): void;
}

/** What the user's configuration says of each session. */
export interface SessionSettings {
  readonly variables: readonly (readonly [name: string, value: string])[];
  readonly forwardsAgent: boolean;
}

/** Messages between those that share a connection, as OpenSSH's PROTOCOL.mux has them. */
const mux = { hello: 1, version: 4, proxy: 0x1000_000f, isProxy: 0x8000_000f } as const;

const longestFrame = 512 * 1024;
const maxPacket = 32 * 1024;

/**
 * Joins the control master behind a socket as its proxy: from then on messages of the connection
 * protocol pass in the clear, each behind a byte of padding, and the master carries them on. So a
 * session costs no process here, and says by itself how what ran in it ended. Rejects where nobody is
 * there, or it is older than OpenSSH 7.4.
 */
export async function joinMaster(path: string, settings: SessionSettings): Promise<Sessions> {
  const socket = connect(path);
  const channels = new Map<number, SessionChannel>();
  const opening = new Map<number, (type: number, fields: FieldReader) => void>();
  const { promise: joined, resolve: join, reject: refuse } = Promise.withResolvers<void>();
  const { promise: lost, resolve: lose } = Promise.withResolvers<void>();
  let isJoined = false;
  let isLost = false;
  let count = 0;

  const send = (type: number, ...fields: readonly Uint8Array[]) => {
    if (!isLost) socket.write(frame(Uint8Array.of(0, type), ...fields));
  };
  const takeGreeting = (bytes: Buffer) => {
    const fields = new FieldReader(bytes);
    const type = fields.uint32();
    if (type === mux.hello) return;
    if (type !== mux.isProxy) throw new Error('the control master takes no proxy');
    isJoined = true;
    join();
  };
  const takeMessage = (bytes: Buffer) => {
    const fields = new FieldReader(bytes);
    fields.byte();
    const type = fields.byte();
    if (type < message.opened || type > message.failure) return;
    const id = fields.uint32();
    const open = opening.get(id);
    if (open !== undefined) open(type, fields);
    else channels.get(id)?.take(type, fields);
  };

  const readFrames = createFrameReader(longestFrame);
  socket.on('data', (bytes: Buffer) => {
    try {
      for (const one of readFrames(bytes)) isJoined ? takeMessage(one) : takeGreeting(one);
    } catch (error) {
      socket.destroy(error instanceof Error ? error : undefined);
    }
  });
  socket.on('error', refuse);
  socket.once('close', () => {
    isLost = true;
    refuse(new Error('the control master is gone'));
    for (const channel of channels.values()) channel.lose();
    for (const open of opening.values()) open(message.close, new FieldReader(Buffer.alloc(0)));
    lose();
  });
  socket.write(frame(uint32(mux.hello), uint32(mux.version)));
  socket.write(frame(uint32(mux.proxy), uint32(0)));
  await joined;

  const begin = (to: Buffer, commandLine: string) => {
    const request = (name: string, wantsReply: boolean, ...fields: readonly Uint8Array[]) =>
      send(message.request, to, string(name), Uint8Array.of(wantsReply ? 1 : 0), ...fields);
    if (settings.forwardsAgent) request('auth-agent-req@openssh.com', false);
    for (const [name, value] of settings.variables)
      request('env', false, string(name), string(value));
    request('exec', true, string(commandLine));
  };

  return {
    lost,
    close: () => socket.destroy(),
    open(commandLine, onData) {
      if (isLost) return Promise.resolve('lost');
      const id = count;
      count += 1;
      const { promise, resolve } = Promise.withResolvers<Session | 'refused' | 'lost'>();
      opening.set(id, (type, fields) => {
        opening.delete(id);
        if (type !== message.opened) {
          resolve(type === message.openFailed ? 'refused' : 'lost');
          return;
        }
        const remoteId = fields.uint32();
        const channel = createSessionChannel({
          remoteId,
          remoteWindow: fields.uint32(),
          maxPacket: fields.uint32(),
          send,
          onData,
          onGone: () => channels.delete(id),
        });
        channels.set(id, channel);
        begin(uint32(remoteId), commandLine);
        resolve(channel);
      });
      send(message.open, string('session'), uint32(id), uint32(windowBytes), uint32(maxPacket));
      return promise;
    },
  };
}
