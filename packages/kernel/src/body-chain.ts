import { type Fnv, fnvAdd, fnvDigest, fnvStart } from './fnv.ts';
import type { SpanBody } from './logging.ts';

/**
 * Tells each body of a row as what it adds to the one before (WIRE.md section 7), so that a trace
 * grows with what was said and not with its square. One chain per row of bodies; not concurrent.
 */
export interface BodyChain {
  /** The body of `spanId` is the one before and then `text`. Costs what `text` does, keeps none of it. */
  append(spanId: string, text: string): SpanBody;
  /**
   * The body of `spanId` is these segments, joined. What it shares with the one before is found by
   * comparing segments, so keep the strings and hand the same ones in again. Nothing is shared with
   * a body that was appended.
   */
  encode(spanId: string, segments: readonly string[]): SpanBody;
}

export function createBodyChain(): BodyChain {
  let previousSpanId: string | undefined;
  /** Of the body before. */
  let whole: Fnv = fnvStart;
  /** Of the body before, where it came in segments. */
  const segments: string[] = [];
  /** `states[i]`: all up to the end of segment `i`. */
  const states: Fnv[] = [];

  function tell(spanId: string, kept: Fnv, rest: string): SpanBody {
    const ref = previousSpanId;
    previousSpanId = spanId;
    return ref === undefined || kept.bytes === 0
      ? rest
      : { ref, keep: kept.bytes, hash: fnvDigest(kept), rest };
  }

  return {
    append(spanId, text) {
      const body = tell(spanId, whole, text);
      whole = fnvAdd(whole, text);
      segments.length = 0;
      states.length = 0;
      return body;
    },
    encode(spanId, next) {
      let shared = 0;
      while (shared < segments.length && segments[shared] === next[shared]) shared += 1;
      segments.length = shared;
      states.length = shared;
      whole = states.at(-1) ?? fnvStart;
      const added = next.slice(shared);
      const body = tell(spanId, whole, added.join(''));
      for (const segment of added) {
        whole = fnvAdd(whole, segment);
        segments.push(segment);
        states.push(whole);
      }
      return body;
    },
  };
}

/**
 * The whole text of a body, given that of the span that it refers to. Throws where the kept part is
 * not what its hash says.
 */
export function readBody(body: SpanBody, readText: (spanId: string) => string): string {
  if (typeof body === 'string') return body;
  const earlier = readText(body.ref);
  const kept = earlier.slice(0, indexAfter(earlier, body.keep));
  const state = fnvAdd(fnvStart, kept);
  if (state.bytes !== body.keep || fnvDigest(state) !== body.hash) {
    throw new Error(
      `the body of span ${body.ref} does not begin with the bytes that are kept of it`,
    );
  }
  return kept + body.rest;
}

/** Where so many bytes of UTF-8 end in a text. */
function indexAfter(text: string, bytes: number): number {
  let index = 0;
  for (let left = bytes; left > 0 && index < text.length; index += 1) {
    const point = text.codePointAt(index) ?? 0;
    left -= point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    if (point > 0xffff) index += 1;
  }
  return index;
}
