import type { Bus, Runtime } from '@dispatch/contracts';
import type { Logger } from '@dispatch/kernel';
import type { EventLogs } from '../event-logs.ts';
import { Feeds } from './feeds.ts';
import {
  allTopic,
  parseToAll,
  parseToOne,
  type ToAll,
  type ToOne,
  topicOf,
} from './host-messages.ts';
import type { Mirror } from './mirror.ts';

/** A host that is not heard of for so many heartbeats is told nothing. */
const patience = 4;

export interface HostsOptions {
  /** Absent: this host is alone. */
  readonly bus: Bus | undefined;
  readonly hostId: string;
  readonly heartbeatMs: number;
  readonly runtime: Runtime;
  readonly logger: Logger;
  readonly logs: EventLogs;
  /** Somebody here wants to hear of changed conversations. */
  readonly isWatching: () => boolean;
  /** What others say, but for signs of life and what mirrors and feeds exchange. */
  readonly onMessage: (message: ToAll | Extract<ToOne, { kind: 'abort' }>) => void;
}

/** This host among those that share its store: who else is there, and what is said between them. */
export class Hosts {
  /** How often each says that it is there, and looks after leases. */
  readonly heartbeatMs: number;
  readonly #options: HostsOptions;
  readonly #feeds: Feeds;
  readonly #mirrors = new Map<string, Mirror>();
  /** When each was heard of last, and whether it wants to hear of changes. */
  readonly #others = new Map<string, { readonly heardAt: number; readonly isWatching: boolean }>();
  #hasMetOthers = false;
  #stopListening: (() => void)[] = [];

  constructor(options: HostsOptions) {
    this.#options = options;
    this.heartbeatMs = options.heartbeatMs;
    this.#feeds = new Feeds(options.logs, (topic, text) => options.bus?.publish(topic, text));
  }

  /** Other hosts have been there since this one started: what is true here may be changed there. */
  get hasMetOthers(): boolean {
    return this.#hasMetOthers;
  }

  get mirrors(): Iterable<Mirror> {
    return this.#mirrors.values();
  }

  /** Listens, and says that it is there. Where the bus can not be had it goes on alone, and tries again. */
  async start(): Promise<void> {
    const { bus, hostId, logger } = this.#options;
    if (bus === undefined || this.#stopListening.length > 0) return;
    try {
      this.#stopListening = [
        await bus.subscribe(topicOf(hostId), (text) => this.#hearOne(text)),
        await bus.subscribe(allTopic, (text) => this.#hearAll(text)),
      ];
      this.#sayHere(true);
    } catch (error) {
      logger.warn('the bus does not answer: turns of other hosts are followed late', {
        error: String(error),
      });
    }
  }

  /** Once per heartbeat. */
  beat(now: number): void {
    for (const [host, { heardAt }] of this.#others) {
      if (now - heardAt > patience * this.heartbeatMs) this.#others.delete(host);
    }
    this.#feeds.expire(now, this.heartbeatMs);
    if (this.#stopListening.length === 0) void this.start();
    else this.#sayHere(false);
  }

  stop(): void {
    if (this.#others.size > 0) this.tell({ kind: 'left', host: this.#options.hostId });
    for (const stop of this.#stopListening.splice(0)) stop();
    for (const mirror of [...this.#mirrors.values()]) mirror.close();
  }

  /** To all other hosts; says nothing where there are none. */
  tell(message: ToAll): void {
    if (this.#others.size === 0) return;
    this.#options.bus?.publish(allTopic, JSON.stringify(message));
  }

  /** A conversation has changed: to those who want to hear of it. */
  tellChanged(conversationId: string): void {
    for (const { isWatching } of this.#others.values()) {
      if (!isWatching) continue;
      this.tell({ kind: 'changed', conversationId });
      return;
    }
  }

  send(host: string, message: ToOne): void {
    this.#options.bus?.publish(topicOf(host), JSON.stringify(message));
  }

  /** The mirror hears what its owner says, until it is closed. */
  opened(mirror: Mirror): void {
    this.#mirrors.set(mirror.mirrorId, mirror);
  }

  closed({ mirrorId }: Mirror, owner: string): void {
    this.#mirrors.delete(mirrorId);
    if (owner !== '') this.send(owner, { kind: 'unfollow', mirrorId });
  }

  sizes(): { readonly mirrors: number; readonly feeds: number } {
    return { mirrors: this.#mirrors.size, feeds: this.#feeds.size };
  }

  #sayHere(isNew: boolean): void {
    const { bus, hostId, isWatching } = this.#options;
    const message: ToAll = { kind: 'here', host: hostId, isNew, isWatching: isWatching() };
    bus?.publish(allTopic, JSON.stringify(message));
  }

  #hearAll(text: string): void {
    const message = parseToAll(text);
    if (message === undefined) return;
    const { runtime, onMessage } = this.#options;
    switch (message.kind) {
      case 'here': {
        const { host, isNew, isWatching } = message;
        this.#others.set(host, { heardAt: runtime.now(), isWatching });
        this.#hasMetOthers = true;
        if (isNew) this.#sayHere(false);
        return;
      }
      case 'left':
        this.#others.delete(message.host);
        return;
      default:
        onMessage(message);
    }
  }

  #hearOne(text: string): void {
    const message = parseToOne(text);
    if (message === undefined) return;
    switch (message.kind) {
      case 'events':
        this.#mirrors.get(message.mirrorId)?.take(message);
        return;
      case 'follow':
        this.#feeds.follow(message, this.#options.runtime.now());
        return;
      case 'unfollow':
        this.#feeds.unfollow(message.mirrorId);
        return;
      case 'abort':
        this.#options.onMessage(message);
    }
  }
}
