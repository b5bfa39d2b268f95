import { StringDecoder } from 'node:string_decoder';
import type { Redactor } from '@dispatch/kernel';
import type { CommandStore } from './command-store.ts';
import { displacedBy, isKept, pieceBytes } from './output-range.ts';
import { asRun, type StoredCommand } from './stored-command.ts';

/** Held of what is printed until it is stored: over it the command has to wait. */
const maxHeldBytes = 512 * 1024;

/** More of it after the exit: what was on its way then must not wait, and no computer has more on its way. */
const maxRestBytes = 4 * 1024 * 1024;

/** Stores what one command prints as UTF-8, without the host's secrets, both streams in one order. */
export interface OutputWriter {
  take(stream: 'stdout' | 'stderr', bytes: Uint8Array): void;
  /** The command has exited: what is left of its output fits. */
  makeRoomForRest(): void;
  /** Nothing more is taken: what was held back as part of a character or of a secret is no longer. */
  end(): void;
  /** How much was taken so far. */
  takenBytes(): number;
  readonly isFull: boolean;
  readonly isEmpty: boolean;
  /** Resolves when there is something to store. For one waiter. */
  filled(): Promise<void>;
  /**
   * Stores what was taken, and tells the command's size; resolves with what stands then. Rejects as
   * the store does: nothing is lost, and the next try begins anew. One at a time.
   */
  flush(): Promise<StoredCommand | undefined>;
}

export function createOutputWriter(
  store: CommandStore,
  command: StoredCommand,
  redactor: Redactor,
): OutputWriter {
  const texts = { stdout: openText(redactor), stderr: openText(redactor) };
  let isEnded = false;
  let wake: (() => void) | undefined;
  let held: Buffer[] = [];
  let heldBytes = 0;
  let size = 0;
  let takenBytes = 0;
  let mostHeldBytes = maxHeldBytes;
  /** What is stored of the piece that is not full yet. */
  let begun: Buffer = Buffer.alloc(0);

  const hold = (text: string) => {
    if (text === '') return;
    const bytes = Buffer.from(text);
    held.push(bytes);
    heldBytes += bytes.length;
    wake?.();
  };

  return {
    take(stream, bytes) {
      if (isEnded) return;
      takenBytes += bytes.length;
      hold(texts[stream].push(bytes));
    },
    makeRoomForRest() {
      mostHeldBytes = heldBytes + maxRestBytes;
    },
    end() {
      isEnded = true;
      for (const text of Object.values(texts)) hold(text.end());
    },
    takenBytes: () => takenBytes,
    get isFull() {
      return !isEnded && heldBytes >= mostHeldBytes;
    },
    get isEmpty() {
      return held.length === 0;
    },
    async filled() {
      if (held.length > 0) return;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    },
    async flush() {
      const count = held.length;
      const bytes = Buffer.concat([begun, ...held]);
      const firstIndex = Math.floor(size / pieceBytes);
      const nextSize = firstIndex * pieceBytes + bytes.length;
      const lastIndex = Math.ceil(nextSize / pieceBytes) - 1;
      const displaced: number[] = [];
      for (let at = 0; at < bytes.length; at += pieceBytes) {
        const index = firstIndex + at / pieceBytes;
        if (isKept(index, lastIndex, command.keptPieces)) {
          await store.writePiece(command, index, bytes.subarray(at, at + pieceBytes));
        }
        const old = displacedBy(index, command.keptPieces);
        // Those behind it were never written.
        if (old !== undefined && old <= firstIndex) displaced.push(old);
      }
      const stands = await store.update(command.commandId, (stored) => {
        const now = asRun(stored);
        return now === stored && now.size === nextSize
          ? undefined
          : now && { ...now, size: nextSize };
      });
      for (const index of displaced) await store.removePiece(command.commandId, index);
      heldBytes -= bytes.length - begun.length;
      held = held.slice(count);
      size = nextSize;
      // A copy: what was stored as a whole is let go.
      begun = Buffer.from(bytes.subarray(bytes.length - (nextSize % pieceBytes)));
      return stands;
    },
  };
}

function openText(redactor: Redactor) {
  const decoder = new StringDecoder('utf8');
  const secrets = redactor.stream();
  return {
    push: (bytes: Uint8Array) => secrets.push(decoder.write(bytes)),
    end: () => secrets.push(decoder.end()) + secrets.flush(),
  };
}
