/** Takes secrets out of text that leaves the host (WIRE.md section 6). */
export interface Redactor {
  /** The text with every secret replaced by `[redacted]`; the same string where there is none. */
  redact(text: string): string;
  /** For text that comes in pieces: a secret that is cut in two is found as well. */
  stream(): RedactorStream;
}

export interface RedactorStream {
  /** What is certain so far; the end may be held back, at most the length of the longest secret. */
  push(delta: string): string;
  /** What was held back. */
  flush(): string;
}
