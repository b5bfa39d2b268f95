import { type Fnv, fnvAdd, fnvDigest, fnvStart } from './fnv.ts';
import type { SpanBody } from './logging.ts';

/**
 * Tells each body of a row as what it adds to the one before (WIRE.md section 7), so that a trace
 * grows with what was said and not with its square. One chain per row of bodies; not concurrent.
 */
export interface BodyChain {
  /** The body of `spanId` is the one before and then these texts, which are kept until the next one. */
  append(spanId: string, ...texts: readonly string[]): SpanBody;
  /**
   * The body of `spanId` is these segments, joined. What it shares with the one before is found by
   * comparing segments, so keep the strings and hand the same ones in again. Nothing is shared with
   * a body that was appended to another.
   */
  encode(spanId: string, segments: readonly string[]): SpanBody;
}

export function createBodyChain(): BodyChain {
  let previousSpanId: string | undefined;
  /** The body before, after what `base` stands for. */
  let segments: string[] = [];
  /** `states[i]`: all up to the end of segment `i`, as far as it was asked for: most rows end with their first body. */
  const states: Fnv[] = [];
  let base: Fnv = fnvStart;

  function stateAfter(count: number): Fnv {
    let state = states[Math.min(count, states.length) - 1] ?? base;
    for (let index = states.length; index < count; index += 1) {
      state = fnvAdd(state, segments[index] ?? '');
      states.push(state);
    }
    return state;
  }

  function tell(spanId: string, kept: Fnv, rest: string): SpanBody {
    const ref = previousSpanId;
    previousSpanId = spanId;
    return ref === undefined || kept.bytes === 0
      ? rest
      : { ref, keep: kept.bytes, hash: fnvDigest(kept), rest };
  }

  return {
    append(spanId, ...texts) {
      base = stateAfter(segments.length);
      segments = [...texts];
      states.length = 0;
      return tell(spanId, base, texts.join(''));
    },
    encode(spanId, next) {
      if (base.bytes > 0) {
        base = fnvStart;
        segments = [];
      }
      let shared = 0;
      while (shared < segments.length && segments[shared] === next[shared]) shared += 1;
      const kept = stateAfter(shared);
      states.length = shared;
      segments.length = shared;
      for (let index = shared; index < next.length; index += 1) segments.push(next[index] ?? '');
      return tell(spanId, kept, next.slice(shared).join(''));
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
