import type { ServerFrameOf } from '@dispatch/wire';
import { DispatchError } from '../dispatch-error.ts';

const maxPending = 1000;

export type Ack = ServerFrameOf<'ack'>;

interface PendingRequest {
  readonly text: string;
  /** May arrive twice without harm. */
  readonly isRepeatable: boolean;
  isSent: boolean;
  readonly onAck: (() => void) | undefined;
  resolve(ack: Ack): void;
  reject(error: Error): void;
}

/** Requests that wait for their answers, by the id of their frame. */
export interface PendingRequests {
  /**
   * Sends a frame, now or at the next `flush`; settles with the host's answer. `onAck` is called
   * before the next frame is looked at; who waits for the promise may be told after it.
   */
  request(op: string, fields: object, isRepeatable: boolean, onAck?: () => void): Promise<Ack>;
  settle(frame: Ack | ServerFrameOf<'error'>): void;
  /** A socket is open: sends what waits to be sent. */
  flush(): void;
  /** The socket is lost: what may arrive twice waits for the next one, the rest fails. */
  lose(): void;
  failAll(error: Error): void;
}

/** @param send  False where no socket is open. */
export function createPendingRequests(send: (text: string) => boolean): PendingRequests {
  const requests = new Map<string, PendingRequest>();
  let lastId = 0;

  return {
    request(op, fields, isRepeatable, onAck) {
      return new Promise((resolve, reject) => {
        if (requests.size >= maxPending) {
          reject(new DispatchError('connection-failed', `${maxPending} requests wait already.`));
          return;
        }
        lastId += 1;
        const id = String(lastId);
        const text = JSON.stringify({ ...fields, op, id });
        requests.set(id, { text, isRepeatable, isSent: send(text), onAck, resolve, reject });
      });
    },
    settle(frame) {
      const id = String(frame.id);
      const request = requests.get(id);
      requests.delete(id);
      if (frame.type === 'ack') {
        request?.onAck?.();
        request?.resolve(frame);
        return;
      }
      request?.reject(new DispatchError(frame.error.code, frame.error.message));
    },
    flush() {
      for (const request of requests.values()) request.isSent ||= send(request.text);
    },
    lose() {
      for (const [id, request] of requests) {
        if (request.isSent && !request.isRepeatable) {
          requests.delete(id);
          request.reject(new DispatchError('connection-failed', 'The connection was lost.'));
        }
        request.isSent = false;
      }
    },
    failAll(error) {
      for (const request of requests.values()) request.reject(error);
      requests.clear();
    },
  };
}
