import { type Fnv, fnvAdd, fnvDigest, fnvStart } from './fnv.ts';
import type { SpanBody } from './logging.ts';

/**
 * Tells each body of a row as what it adds to the one before (WIRE.md section 7), so that a trace
 * grows with what was said and not with its square. One chain per row of bodies; not concurrent.
 */
export interface BodyChain {
  /** The body of `spanId` is the one before and then `text`. Costs what `text` does. */
  append(spanId: string, text: string): SpanBody;
  /**
   * The body of `spanId` is these segments, joined. What it shares with the one before is found by
   * comparing segments, so keep the strings and hand the same ones in again.
   */
  encode(spanId: string, segments: readonly string[]): SpanBody;
}

export function createBodyChain(): BodyChain {
  let previousSpanId: string | undefined;
  let segments: string[] = [];
  /** `states[i]`: all before segment `i`. */
  let states: Fnv[] = [fnvStart];

  function tell(spanId: string, shared: number, rest: string): SpanBody {
    const ref = previousSpanId;
    previousSpanId = spanId;
    const kept = states[shared] ?? fnvStart;
    return ref === undefined || kept.bytes === 0
      ? rest
      : { ref, keep: kept.bytes, hash: fnvDigest(kept), rest };
  }

  function push(segment: string): void {
    states.push(fnvAdd(states.at(-1) ?? fnvStart, segment));
    segments.push(segment);
  }

  return {
    append(spanId, text) {
      const body = tell(spanId, segments.length, text);
      push(text);
      return body;
    },
    encode(spanId, next) {
      let shared = 0;
      while (shared < segments.length && segments[shared] === next[shared]) shared += 1;
      if (shared < segments.length) {
        segments = segments.slice(0, shared);
        states = states.slice(0, shared + 1);
      }
      const added = next.slice(shared);
      const body = tell(spanId, shared, added.join(''));
      for (const segment of added) push(segment);
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
  let state = fnvStart;
  let index = 0;
  while (state.bytes < body.keep && index < earlier.length) {
    const point = String.fromCodePoint(earlier.codePointAt(index) ?? 0);
    state = fnvAdd(state, point);
    index += point.length;
  }
  if (state.bytes !== body.keep || fnvDigest(state) !== body.hash) {
    throw new Error(
      `the body of span ${body.ref} does not begin with the bytes that are kept of it`,
    );
  }
  return earlier.slice(0, index) + body.rest;
}
