/** A line may hold a whole file; a server that never ends one must not fill the memory. */
const maxLineLength = 32 * 1024 * 1024;

/**
 * Cuts decoded text into lines, however it comes in pieces. Lines end in LF or CRLF; a bare CR ends
 * one too, but only once a LF or the end follows. Each character is looked at once.
 */
export class LineSplitter {
  #rest = '';
  /** Most servers never send one: then no line has to be searched for it. */
  #hasReturns = false;

  /** The unfinished line has grown so long that reading on makes no sense. */
  get isTooLong(): boolean {
    return this.#rest.length > maxLineLength;
  }

  /** The lines that this text ends, without their ends. */
  push(text: string): readonly string[] {
    this.#hasReturns ||= text.includes('\r');
    const lines: string[] = [];
    let start = 0;
    let end = text.indexOf('\n');
    if (end >= 0 && this.#rest !== '') {
      lines.push(this.#rest + text.slice(0, end));
      this.#rest = '';
      start = end + 1;
      end = text.indexOf('\n', start);
    }
    while (end >= 0) {
      lines.push(text.slice(start, end));
      start = end + 1;
      end = text.indexOf('\n', start);
    }
    this.#rest += start === 0 ? text : text.slice(start);
    return this.#hasReturns ? lines.flatMap(withoutReturns) : lines;
  }

  /** The last line, where it was left without an end. */
  end(): readonly string[] {
    const line = this.#rest;
    this.#rest = '';
    return line === '' ? [] : withoutReturns(line);
  }
}

function withoutReturns(line: string): readonly string[] {
  const text = line.endsWith('\r') ? line.slice(0, -1) : line;
  return text.split('\r');
}
