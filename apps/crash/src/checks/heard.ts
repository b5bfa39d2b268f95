import { createWriteStream } from 'node:fs';
import type { Taps } from '../cluster/fast-client.ts';

/** Writes all that the connections of clients bring to a file, a line each: for who looks for a cause. */
export interface Heard {
  /** The same taps, written down. */
  writing(name: string, taps: Taps): Taps;
  close(): void;
}

export function createHeard(file: string): Heard {
  const stream = createWriteStream(file);
  let connections = 0;
  const open = (name: string) => {
    connections += 1;
    const connection = connections;
    return (what: string, text: string) => {
      stream.write(`${performance.now().toFixed(1)} ${name} ${connection} ${what} ${text}\n`);
    };
  };
  return {
    writing: (name, { stream: inner, socket }) => ({
      stream: {
        opened(url) {
          const write = open(name);
          write('GET', url.href);
          const next = inner.opened(url);
          return (line) => {
            write('<', JSON.stringify(line));
            next(line);
          };
        },
      },
      socket: {
        opened(url) {
          const write = open(name);
          write('SOCKET', url.href);
          const next = socket.opened(url);
          return {
            sent(frame) {
              write('>', frame);
              next.sent(frame);
            },
            received(frame) {
              write('<', frame);
              next.received(frame);
            },
          };
        },
      },
    }),
    close: () => void stream.end(),
  };
}
