import type { StreamEvent } from '@dispatch/invariants';
import {
  type Attempt,
  type Body,
  type Channel,
  refusalBy,
  textFields,
  unknownOutcome,
} from './channel.ts';
import { type ClientSurroundings, judgeSilence, silenceMs } from './client.ts';
import type { Mirror, ToldView } from './mirror.ts';
import { type HostFrame, SocketClient } from './socket-client.ts';

/**
 * One conversation over WebSockets, one after the other: what it is told goes to a mirror, and what
 * was missed in between it asks for by the mirror's cursor.
 */
export class SocketSession implements Channel {
  readonly #surroundings: ClientSurroundings;
  readonly #conversationId: string;
  readonly #nextMirror: () => Mirror;
  #mirror: Mirror | undefined;
  #socket: SocketClient | undefined;
  #heardAt = 0;
  #isFollowing = false;
  /** What this socket says goes on from what the mirror has. */
  #isJoined = false;
  /** A subscription is acknowledged and its snapshot to come: what it was asked for by. */
  #opening:
    | { readonly cursor: string | undefined; readonly seq: number; isLost: boolean }
    | undefined;

  /** `nextMirror` is asked for each socket: who follows gives the same one again. */
  constructor(surroundings: ClientSurroundings, conversationId: string, nextMirror: () => Mirror) {
    this.#surroundings = surroundings;
    this.#conversationId = conversationId;
    this.#nextMirror = nextMirror;
  }

  start(body: Body): Promise<Attempt> {
    return this.#ask('chat.send', body);
  }

  queue(body: Body): Promise<Attempt> {
    return this.#ask('chat.queue', body);
  }

  abort(): Promise<Attempt> {
    return this.#ask('chat.abort', {});
  }

  close(): void {
    this.#socket?.close();
  }

  /** Stays connected and subscribed until the conversation is deleted. */
  async follow(): Promise<void> {
    const { world, sent } = this.#surroundings;
    this.#isFollowing = true;
    while (!sent.isDeleted(this.#conversationId)) {
      const socket = this.#connect();
      if (!this.#isJoined && !(await this.#subscribe(socket))) socket.close();
      while (!socket.isOver && this.#socket === socket) {
        await world.sleep(world.between(100, 400));
        if (this.#isJoined && world.chance(0.03)) await this.#subscribe(socket);
        const silentMs = world.now() - this.#heardAt;
        const isLeft = silentMs > silenceMs(this.#surroundings);
        if (isLeft && this.#mirror !== undefined) {
          judgeSilence(this.#surroundings, this.#conversationId, this.#mirror, this.#heardAt);
        }
        if (isLeft || (!world.isHealed && world.chance(0.01))) socket.close();
        if (sent.isDeleted(this.#conversationId)) socket.close();
      }
      await world.sleep(world.between(0, 200));
    }
    this.close();
  }

  async #ask(op: string, body: Body): Promise<Attempt> {
    const conversationId = this.#conversationId;
    const isJoined = this.#isJoined && this.#socket?.isOver === false;
    const isBeside = this.#isFollowing && !isJoined;
    const socket = isBeside ? this.#connectBeside() : this.#connect();
    const frame = await socket.ask(op, { conversationId, ...body });
    if (socket !== this.#socket) socket.close();
    if (frame === undefined) return unknownOutcome;
    if (frame.type === 'ack') {
      if (op === 'chat.send' && socket === this.#socket) this.#isJoined = true;
      return { outcome: 'done', fields: textFields(frame) };
    }
    return refusalBy(textFields(frame.error).code ?? '');
  }

  /**
   * A socket whose subscription tells this client nothing: who follows and does not know yet what it
   * has missed must not begin with a later turn.
   */
  #connectBeside(): SocketClient {
    return new SocketClient(this.#surroundings, `${this.#mirror?.name ?? ''}*`, () => {});
  }

  #connect(): SocketClient {
    if (this.#socket?.isOver === false) return this.#socket;
    this.#isJoined = false;
    this.#opening = undefined;
    const { world } = this.#surroundings;
    this.#heardAt = world.now();
    const mirror = this.#nextMirror();
    this.#mirror = mirror;
    const socket: SocketClient = new SocketClient(this.#surroundings, mirror.name, (frame) => {
      if (this.#socket === socket) this.#take(mirror, socket, frame);
    });
    this.#socket = socket;
    return socket;
  }

  async #subscribe(socket: SocketClient): Promise<boolean> {
    const { cursor, seq = 0 } = this.#mirror ?? {};
    // Asked for again without a place, it could not be told from what is still on its way.
    if (cursor === undefined && this.#isJoined) return true;
    const answer = await socket.ask('chat.subscribe', {
      conversationId: this.#conversationId,
      sinceSeq: seq,
      ...(cursor === undefined ? {} : { cursor }),
    });
    if (answer?.type !== 'ack') return false;
    this.#opening = { cursor, seq, isLost: false };
    return true;
  }

  #take(mirror: Mirror, socket: SocketClient, frame: HostFrame): void {
    const { world, sent } = this.#surroundings;
    this.#heardAt = world.now();
    if (sent.isDeleted(this.#conversationId)) return;
    if (frame.type === 'chat.delta') {
      this.#isJoined = true;
      // A host's own words, checked by the mirror.
      mirror.event(frame.event as StreamEvent);
    } else if (frame.type === 'chat.resync') {
      mirror.resynced(Number(frame.lastSeq));
      if (this.#opening !== undefined) this.#opening.isLost = true;
      // In mid-stream: what was missed comes with the snapshot of another subscription.
      else this.#leave(socket);
    } else if (frame.type === 'chat.snapshot') {
      this.#isJoined = true;
      const { cursor, seq = 0, isLost = true } = this.#opening ?? {};
      this.#opening = undefined;
      if (cursor !== undefined && !isLost) mirror.reconnected(cursor);
      else mirror.view(newIn(frame, mirror.seq > seq ? mirror.seq : 0));
    }
  }

  #leave(socket: SocketClient): void {
    this.#socket = undefined;
    socket.close();
  }
}

/** A snapshot without what came as events while it was asked for. */
function newIn(frame: HostFrame, toldSeq: number): ToldView {
  // A host's own words, checked by the mirror.
  const view = frame as unknown as ToldView;
  return { ...view, chunks: view.chunks.filter(({ seq }) => seq > toldSeq) };
}
