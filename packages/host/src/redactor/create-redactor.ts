import type { Redactor, RedactorStream } from '@dispatch/kernel';
import { secretForms } from './secret-forms.ts';

export const redacted = '[redacted]';

/** A redactor that can also keep the number of bytes, for texts that others point into. */
export interface HostRedactor extends Redactor {
  /** As `redact`, and what is put in place of a secret has as many UTF-8 bytes as it had. */
  redactInPlace(text: string): string;
}

/**
 * Takes the secrets out of text, and their forms in JSON strings, URLs and base64. Values of fewer
 * than 6 characters are left alone. Where two secrets begin at one place the longer one counts.
 */
export function createRedactor(secrets: readonly string[]): HostRedactor {
  const forms = secretForms(secrets);
  if (forms.length === 0) return nothingToRedact;
  const pattern = new RegExp(forms.map(escapePattern).join('|'), 'g');
  const shortest = forms.at(-1)?.length ?? 0;
  const replace = (text: string, replacement: (found: string) => string) =>
    text.length < shortest ? text : text.replace(pattern, replacement);
  return {
    redact: (text) => replace(text, () => redacted),
    redactInPlace: (text) =>
      replace(text, (found) => {
        const bytes = Buffer.byteLength(found);
        return redacted.slice(0, bytes).padEnd(bytes, '*');
      }),
    stream: () => redactorStream(forms, pattern),
  };
}

function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

const nothingToRedact: HostRedactor = {
  redact: (text) => text,
  redactInPlace: (text) => text,
  stream: () => ({ push: (delta) => delta, flush: () => '' }),
};

/** What it gives, put together, is what `redact` gives for the whole text, wherever that is cut. */
function redactorStream(forms: readonly string[], pattern: RegExp): RedactorStream {
  const starts = new Set(forms.map((form) => form.charAt(0)));
  const longest = forms[0]?.length ?? 0;
  let held = '';

  /** Where the first beginning of a secret stands that what comes next may complete. */
  const openFrom = (text: string, from: number): number => {
    for (let i = Math.max(from, text.length - longest + 1); i < text.length; i++) {
      if (!starts.has(text.charAt(i))) continue;
      const end = text.slice(i);
      if (forms.some((form) => form.length > end.length && form.startsWith(end))) return i;
    }
    return text.length;
  };

  return {
    push(delta) {
      const text = held + delta;
      let certain = '';
      let position = 0;
      for (;;) {
        const open = openFrom(text, position);
        pattern.lastIndex = position;
        const match = pattern.exec(text);
        if (match === null || match.index >= open) {
          held = text.slice(open);
          return certain + text.slice(position, open);
        }
        certain += text.slice(position, match.index) + redacted;
        position = match.index + match[0].length;
      }
    },
    flush() {
      const rest = held.replace(pattern, redacted);
      held = '';
      return rest;
    },
  };
}
