import type { EventLine } from '@dispatch/wire';
import type { Router } from './router.ts';

/** What listens to the answers that stream events, each line before the client sees it. */
export interface StreamTap {
  /** Called once for each answer; what it returns is called for each of its lines. */
  opened(url: URL): (line: EventLine) => void;
}

/** A `fetch` that asks some host of the cluster, another one each time. */
export function createRoutedFetch(router: Router, tap: StreamTap): typeof fetch {
  return async (input, init) => {
    const asked = new URL(input instanceof Request ? input.url : input);
    const url = new URL(asked.pathname + asked.search, router.pick());
    const response = await fetch(url, init);
    const isStream = response.headers.get('content-type')?.startsWith('application/x-ndjson');
    if (isStream !== true || response.body === null) return response;
    const tapped = response.body.pipeThrough(splitLines(tap.opened(url)));
    return new Response(tapped, { status: response.status, headers: response.headers });
  };
}

/** Passes the bytes on as they are, and tells of each whole line. */
function splitLines(listener: (line: EventLine) => void): TransformStream<Uint8Array, Uint8Array> {
  const decoder = new TextDecoder();
  let rest = '';
  return new TransformStream({
    transform(bytes, controller) {
      const lines = (rest + decoder.decode(bytes, { stream: true })).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) if (line !== '') listener(JSON.parse(line));
      controller.enqueue(bytes);
    },
  });
}
