import { apiVersion, defineExtension, type Extension } from '@dispatch/contracts';
import type { LogLevel, LogMessageRecord, Sink } from '@dispatch/kernel';
import { version } from '../version.ts';

const colors: { readonly [L in LogLevel]: string } = {
  debug: '\u001b[2m',
  info: '\u001b[36m',
  warn: '\u001b[33m',
  error: '\u001b[31m',
};
const plain = '\u001b[0m';

/** One line for people: time, level, extension, message, attributes. Pure. */
export function formatLogLine(record: LogMessageRecord, hasColors: boolean): string {
  const { level } = record;
  const time = new Date(record.at).toISOString().slice(11, 23);
  const label = level.toUpperCase().padEnd(5);
  const attributes = Object.entries(record.attributes)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => ` ${name}=${typeof value === 'string' ? quote(value) : String(value)}`)
    .join('');
  const head = hasColors ? `${colors[level]}${label}${plain}` : label;
  return `${time} ${head} ${record.extension} ${oneLine(record.message)}${attributes}\n`;
}

function quote(value: string): string {
  return /^[^\s"=]+$/.test(value) ? value : JSON.stringify(value);
}

/** A line's end or a terminal's escape in a message must not pass for the host's own. */
function oneLine(message: string): string {
  return message.replace(/\p{Cc}/gu, (character) => JSON.stringify(character).slice(1, -1));
}

/** Writes log messages, not spans, to the operator. */
export function consoleSink(write: (line: string) => void, hasColors: boolean): Sink {
  return {
    name: 'console',
    write: (record) => {
      if (record.type === 'log') write(formatLogLine(record, hasColors));
    },
    flush: async () => {},
  };
}

export function consoleExtension(write: (line: string) => void, hasColors: boolean): Extension {
  return defineExtension({
    name: '@dispatch/host-bin/console',
    version,
    apiVersion,
    provides: ['sink'],
    parseOptions: () => undefined,
    setup: async () => ({ contributes: { sink: [consoleSink(write, hasColors)] } }),
  });
}
