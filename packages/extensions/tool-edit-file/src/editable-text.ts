/** A piece of a text that gives way to another. `start` and `end` count UTF-16 units. */
export interface Span {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** A file's text as it is looked at, and how to write it back. */
export interface EditableText {
  /** Without a byte order mark, with line ends `\n`. */
  readonly text: string;
  /** The file's text with these pieces replaced; all else is as it was. Ascending, none in another. */
  apply(spans: readonly Span[]): string;
}

const byteOrderMark = '\ufeff';

/**
 * Takes a byte order mark and CRLF out of the way of who edits a file. What is not edited keeps its
 * line ends, one by one; what is new gets those that most of the file has. Pure.
 */
export function editable(raw: string): EditableText {
  const mark = raw.startsWith(byteOrderMark) ? byteOrderMark : '';
  const body = raw.slice(mark.length);
  const text = unixLines(body);
  const crlfs = body.length - text.length;
  const usesCrlf = crlfs * 2 > countLineEnds(text);
  return {
    text,
    apply(spans) {
      let out = mark;
      // Both places move on together: `at` in what is looked at, `rawAt` in what the file holds.
      let at = 0;
      let rawAt = 0;
      const skipTo = (target: number) => {
        const from = rawAt;
        while (at < target) {
          rawAt += body[rawAt] === '\r' && body[rawAt + 1] === '\n' ? 2 : 1;
          at += 1;
        }
        return body.slice(from, rawAt);
      };
      for (const { start, end, text: young } of spans) {
        out += skipTo(start);
        skipTo(end);
        const lines = unixLines(young);
        out += usesCrlf ? lines.replaceAll('\n', '\r\n') : lines;
      }
      return out + body.slice(rawAt);
    },
  };
}

/** Pure. */
export function unixLines(text: string): string {
  return text.includes('\r\n') ? text.replaceAll('\r\n', '\n') : text;
}

function countLineEnds(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}

/** The number of the line, from 1, that a place lies in. Pure. */
export function lineAt(text: string, place: number): number {
  return countLineEnds(text.slice(0, place)) + 1;
}
