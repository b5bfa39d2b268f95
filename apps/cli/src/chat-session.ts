import { type Client, DispatchError, type FollowItem } from '@dispatch/client';
import type { ChatBody, FinishReason } from '@dispatch/wire';
import { askFinishReason } from './finish-reason.ts';
import type { Io } from './io.ts';
import type { Output } from './output/output.ts';
import type { TurnPrinter } from './output/turn-printer.ts';

const betweenLooksMs = 200;
const maxLooks = 25;

/** A conversation held line by line. */
export interface ChatSession {
  isRunning(): boolean;
  /** Runs a turn to its end, and the turn that what was queued meanwhile has started. */
  say(text: string): Promise<FinishReason | undefined>;
  /** Shows the turn that runs already, to its end. */
  join(): Promise<void>;
  /** Queues a message for the running turn. */
  steer(text: string): Promise<void>;
  /** Stops the running turn. */
  abort(): Promise<void>;
  /** Stops watching, for good; the running turn goes on. */
  leave(): void;
}

export function createChatSession(options: {
  readonly client: Client;
  readonly io: Pick<Io, 'sleep'>;
  readonly output: Output;
  readonly printer: TurnPrinter;
  readonly settings: ChatBody;
}): ChatSession {
  const { client, io, output, printer } = options;
  const left = new AbortController();
  /** Queued by this session, and not yet seen to join a turn. */
  const waiting = new Set<string>();
  let settings = options.settings;
  let isRunning = false;

  const watch = async (items: AsyncIterable<FollowItem>): Promise<boolean> => {
    let hasSeen = false;
    for await (const item of items) {
      hasSeen = true;
      printer.print(item);
      if (item.type !== 'steering') continue;
      for (const { queueId } of item.messages) waiting.delete(queueId);
    }
    return hasSeen;
  };
  /** What a turn left in the queue starts a next one, a moment after its end. */
  const watchNext = async (conversationId: string) => {
    for (let look = 0; waiting.size > 0 && look < maxLooks && !left.signal.aborted; look += 1) {
      const carried = [...waiting];
      if (await watch(client.follow(conversationId, { signal: left.signal }))) {
        for (const queueId of carried) waiting.delete(queueId);
        look = 0;
      } else {
        await io.sleep(betweenLooksMs, left.signal);
      }
    }
    waiting.clear();
  };
  const queue = async (conversationId: string, text: string) => {
    const { queueId } = await client.queue(conversationId, { message: text });
    waiting.add(queueId);
  };
  const start = async (text: string): Promise<FinishReason | undefined> => {
    try {
      const turn = await client.send({ ...settings, message: text }, { signal: left.signal });
      const { conversationId, turnId } = turn;
      if (settings.conversationId === undefined) {
        output.note(output.noteStyle.dim(`conversation ${conversationId}`));
      }
      // What a turn is run with becomes the conversation's own with its first one.
      settings = { ...settings, conversationId };
      await watch(turn);
      const reason =
        printer.finishReason() ??
        (left.signal.aborted ? undefined : await askFinishReason(client, conversationId, turnId));
      await watchNext(conversationId);
      return printer.finishReason() ?? reason;
    } catch (error) {
      const { conversationId } = settings;
      const isBusy = error instanceof DispatchError && error.code === 'conversation-busy';
      if (!isBusy || conversationId === undefined) throw error;
      output.note('A turn is running already: the message joins it.');
      await queue(conversationId, text);
      await watchNext(conversationId);
      return printer.finishReason();
    }
  };

  const running = async <T>(run: () => Promise<T>): Promise<T> => {
    isRunning = true;
    try {
      return await run();
    } finally {
      isRunning = false;
      printer.end();
    }
  };

  return {
    isRunning: () => isRunning,
    say: (text) => running(() => start(text)),
    join: () =>
      running(async () => {
        const { conversationId } = settings;
        if (conversationId === undefined) return;
        await watch(client.follow(conversationId, { signal: left.signal }));
        await watchNext(conversationId);
      }),
    async steer(text) {
      const { conversationId } = settings;
      if (conversationId !== undefined) await queue(conversationId, text);
    },
    async abort() {
      const { conversationId } = settings;
      if (conversationId === undefined) return;
      try {
        await client.abort(conversationId);
      } catch (error) {
        // It ended by itself in between.
        if (!(error instanceof DispatchError) || error.code !== 'no-active-turn') throw error;
      }
    },
    leave: () => left.abort(),
  };
}
