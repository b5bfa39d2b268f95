import { type FrameId, frameId } from './client-frame.ts';

/** A client frame taken apart, its fields not yet checked. */
export type FrameHead =
  | {
      readonly ok: true;
      readonly id: FrameId;
      readonly op: string;
      readonly fields: Readonly<Record<string, unknown>>;
    }
  | {
      readonly ok: false;
      /** Null where the frame has none that can be repeated. */
      readonly id: FrameId | null;
      readonly error: { readonly code: 'bad-frame' | 'invalid-input'; readonly message: string };
    };

/**
 * Reads the text of a client frame as far as every frame is alike. Look up the `op` next: one that
 * nobody serves is `unknown-op`. Never throws.
 */
export function readFrameHead(text: string): FrameHead {
  const frame = parseObject(text);
  if (frame === undefined) {
    return refuse(null, 'bad-frame', 'A frame must be the JSON text of an object.');
  }
  const { op, id: rawId, ...fields } = frame;
  const id = frameId.safeParse(rawId);
  if (typeof op !== 'string') {
    return refuse(id.data ?? null, 'bad-frame', 'A frame must name its `op`, a string.');
  }
  if (!id.success) {
    const message = '`id` must be a string of 1 to 128 characters or a whole number.';
    return refuse(null, 'invalid-input', message);
  }
  return { ok: true, id: id.data, op, fields };
}

function refuse(
  id: FrameId | null,
  code: 'bad-frame' | 'invalid-input',
  message: string,
): FrameHead {
  return { ok: false, id, error: { code, message } };
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
