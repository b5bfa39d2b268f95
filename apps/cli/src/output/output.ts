import type { Io } from '../io.ts';
import { printable } from './printable.ts';
import { createStyle, type Style, wantsColours } from './style.ts';

/**
 * Where a command's words go. What was asked for goes to standard output; what is only good to know
 * goes beside it in a terminal, and to standard error where the output is piped.
 */
export interface Output {
  readonly isTerminal: boolean;
  /** Columns of the terminal; 100 where there is none. */
  readonly width: number;
  /** Of standard output. */
  readonly style: Style;
  /** Of where `note` goes. */
  readonly noteStyle: Style;
  /** Text as it is, no line end added; without control characters where a terminal shows it. */
  text(text: string): void;
  line(text: string): void;
  note(text: string): void;
  /** A value as one line of JSON. */
  json(value: unknown): void;
  error(text: string): void;
}

export function createOutput(io: Io, isQuiet: boolean): Output {
  const isTerminal = io.stdout.isTTY === true;
  const notes = isTerminal ? io.stdout : io.stderr;
  let isLineStart = true;

  const write = (text: string) => {
    if (text === '') return;
    io.stdout.write(text);
    isLineStart = text.endsWith('\n');
  };
  return {
    isTerminal,
    width: io.stdout.columns ?? 100,
    style: createStyle(wantsColours(io.env, isTerminal)),
    noteStyle: createStyle(wantsColours(io.env, notes.isTTY === true)),
    text: (text) => write(isTerminal ? printable(text) : text),
    line: (text) => write(`${text}\n`),
    note(text) {
      if (isQuiet) return;
      if (isTerminal && !isLineStart) write('\n');
      notes.write(`${text}\n`);
    },
    json: (value) => write(`${JSON.stringify(value)}\n`),
    error: (text) => {
      if (isTerminal && !isLineStart) write('\n');
      io.stderr.write(`${text}\n`);
    },
  };
}
