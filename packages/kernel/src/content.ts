import type { JsonValue } from './json.ts';

/** A typed piece of a message or of a tool's result (WIRE.md section 2). `data` is base64. */
export type ContentPart =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'image'; readonly mediaType: string; readonly data: string }
  | { readonly type: 'json'; readonly value: JsonValue }
  | { readonly type: 'attachment'; readonly attachmentId: string };
