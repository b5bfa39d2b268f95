import {
  type Conversations,
  type FrameConnection,
  isCodedError,
  type Runtime,
} from '@dispatch/contracts';
import type { Logger } from '@dispatch/kernel';
import {
  type FrameHead,
  isErrorCode,
  isNestedTooDeeply,
  maxNesting,
  readFrameHead,
} from '@dispatch/wire';
import { createChatSubscriptions } from './chat-subscriptions.ts';
import { createConversationFeed } from './conversation-feed.ts';
import { errorText } from './frame-texts.ts';
import { createLanes } from './lanes.ts';
import type { ServedOp } from './op-table.ts';
import { createOutbox } from './outbox.ts';
import type { Socket, SocketData, SocketStream } from './socket.ts';

/** Frames of one socket that are served at once; until one is done the next are not read. */
const maxOutstanding = 64;

/** WIRE.md section 4: unsent bytes of one reader. */
const maxUnsentBytes = 8 * 1024 * 1024;

export interface ConnectionDependencies {
  readonly ops: ReadonlyMap<string, ServedOp>;
  readonly conversations: Conversations;
  readonly runtime: Pick<Runtime, 'newAbortController'>;
  readonly logger: Logger;
}

/** Serves one socket until it closes. `stream` is what it sends on. */
export function serveConnection(
  socket: Socket,
  stream: SocketStream,
  dependencies: ConnectionDependencies,
): { readonly isBlocked: () => boolean } {
  const { ops, conversations, runtime, logger } = dependencies;
  const gone = runtime.newAbortController();
  const outbox = createOutbox(socket, stream);
  const chats = createChatSubscriptions(conversations, outbox);
  const feed = createConversationFeed(conversations, outbox);
  const lanes = createLanes();
  const connection: FrameConnection = {
    signal: gone.signal,
    send(frame) {
      // The pace of an extension is its own: who makes too much for its reader loses the socket.
      if (socket.bufferedAmount > maxUnsentBytes) socket.terminate();
      else outbox.send(JSON.stringify(frame));
    },
  };
  const surroundings = { conversations, chats, feed, outbox, connection };
  let outstanding = 0;

  const serve = async (head: Extract<FrameHead, { readonly ok: true }>) => {
    const { id, op, fields } = head;
    const served = ops.get(op);
    if (served === undefined) {
      outbox.send(
        errorText(id, 'unknown-op', `There is no op ${JSON.stringify(op.slice(0, 100))}.`),
      );
      return;
    }
    try {
      await served.handle(surroundings, id, fields);
    } catch (error) {
      outbox.send(refusalText(id, op, error));
    }
  };

  const refusalText = (id: string | number, op: string, error: unknown): string => {
    if (isCodedError(error) && isErrorCode(error.code)) {
      return errorText(id, error.code, error.message);
    }
    logger.error('A frame failed.', {
      op,
      error: error instanceof Error ? error.message : String(error),
      stack: error instanceof Error ? (error.stack ?? null) : null,
    });
    return errorText(id, 'internal', 'The host could not do this; its log says why.');
  };

  /** Who sends faster than it is served, or does not read its answers, has to wait. */
  const pace = () => {
    if (outstanding < maxOutstanding && !outbox.isBlocked()) {
      if (socket.isPaused) socket.resume();
      return;
    }
    if (!socket.isPaused) socket.pause();
    if (outbox.isBlocked()) void outbox.ready().then(pace);
  };

  const take = async (data: SocketData, isBinary: boolean) => {
    const head = isBinary ? badFrame('A frame must be text.') : readFrame(data.toString());
    if (!head.ok) outbox.send(errorText(head.id, head.error.code, head.error.message));
    else await lanes.run(laneOf(head), () => serve(head));
  };

  socket.on('message', (data, isBinary) => {
    outstanding += 1;
    pace();
    void take(data, isBinary).finally(() => {
      outstanding -= 1;
      if (socket.isPaused) pace();
    });
  });
  // A frame that is too large, or none: `ws` closes the socket with the code that fits.
  socket.on('error', () => {});
  socket.on('close', () => {
    gone.abort();
    chats.close();
    feed.close();
  });
  return { isBlocked: outbox.isBlocked };
}

function readFrame(text: string): FrameHead {
  return isNestedTooDeeply(text)
    ? badFrame(`The frame is nested deeper than ${maxNesting} levels.`)
    : readFrameHead(text);
}

function badFrame(message: string): FrameHead {
  return { ok: false, id: null, error: { code: 'bad-frame', message } };
}

/** Frames of one conversation, and those about conversations as such, are served in their order. */
function laneOf({ op, fields }: Extract<FrameHead, { readonly ok: true }>): string | undefined {
  const { conversationId } = fields;
  if (typeof conversationId === 'string') return `conversation ${conversationId}`;
  return op.startsWith('conversations.') ? 'conversations' : undefined;
}
