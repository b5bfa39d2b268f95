/** What is kept of one response, in characters; beyond it the recording says that it was cut. */
const maxLength = 4 * 1024 * 1024;

/** The reads of a response with their times, as one JSON text. */
export interface ResponseRecording {
  take(text: string): void;
  /** `{ status, reads: [[<ms since the request>, <text>], …], isCut? }`. */
  text(status: number): string;
}

export function createResponseRecording(now: () => number): ResponseRecording {
  const startedAt = now();
  const reads: (readonly [number, string])[] = [];
  let length = 0;
  return {
    take(text) {
      if (length <= maxLength) reads.push([now() - startedAt, text.slice(0, maxLength - length)]);
      length += text.length;
    },
    text: (status) =>
      JSON.stringify({ status, reads, ...(length > maxLength ? { isCut: true } : {}) }),
  };
}
