import type { Runtime } from '@dispatch/contracts';
import { lineAt, type Span } from './editable-text.ts';
import type { PatternEdit } from './input.ts';
import type { Planned } from './plan-edits.ts';
import { expandReplacement } from './replacement.ts';

/** Of one search: characters times instructions of the pattern. At worst half a second. */
const maxWork = 10_000_000;
/** Of all searches together. */
const maxTotalMs = 2000;
/** Without giving way to others. */
const maxBusyMs = 20;
const maxNamedPlaces = 10;

/**
 * Where a pattern matches, in time that is linear in the text for each match: the engine knows no
 * backtracking. Stops at the first match more than expected.
 */
export async function planPattern(
  text: string,
  edit: PatternEdit,
  runtime: Pick<Runtime, 'now' | 'sleep'>,
  signal: AbortSignal,
): Promise<Planned> {
  // Loaded by those only who use it.
  const { RE2JS } = await import('re2js');
  let pattern: InstanceType<typeof RE2JS>;
  try {
    pattern = RE2JS.compile(edit.pattern, flagsOf(edit.flags, RE2JS));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return refused(
      `The pattern is not of RE2's syntax (${why}). It has no lookaround and no backreferences; edits with old and new need no pattern.`,
    );
  }
  const matcher = pattern.matcher(text);
  if (text.length * matcher.programSize() > maxWork) {
    return refused(
      'The pattern is too large for a file of this size: take a simpler one (smaller counts in {…}), or edits with old and new.',
    );
  }
  const spans: Span[] = [];
  const begunAt = runtime.now();
  let busyFrom = begunAt;
  while (spans.length <= edit.expect && matcher.find()) {
    const [start, end] = [matcher.start(), matcher.end()];
    const replaced = expandReplacement(edit.replacement, {
      groupCount: matcher.groupCount(),
      group: (which) => matcher.group(which) ?? '',
      names: Object.keys(pattern.namedGroups()),
    });
    if (!replaced.ok) return refused(replaced.message);
    spans.push({ start, end, text: replaced.text });
    const now = runtime.now();
    if (now - begunAt > maxTotalMs) {
      return refused(
        'The pattern takes too long on this file: take a simpler one, or edits with old and new.',
      );
    }
    if (now - busyFrom > maxBusyMs) {
      await runtime.sleep(0, signal);
      if (signal.aborted) return refused('Aborted while the pattern was looked for.');
      busyFrom = runtime.now();
    }
  }
  return spans.length === edit.expect ? { ok: true, spans } : miscounted(text, spans, edit.expect);
}

function miscounted(text: string, spans: readonly Span[], expected: number): Planned {
  const lines = spans.slice(0, maxNamedPlaces).map(({ start }) => lineAt(text, start));
  const where =
    lines.length === 0
      ? ''
      : ` (lines ${[...new Set(lines)].join(', ')}${spans.length > lines.length ? ', …' : ''})`;
  const count = spans.length > expected ? `more than ${expected}` : String(spans.length);
  return refused(
    `The pattern matches in ${count} places${where}, not in ${expected} as expected. Look at them, then change the pattern or expect.`,
  );
}

function refused(message: string): Planned {
  return { ok: false, message };
}

interface Flags {
  readonly CASE_INSENSITIVE: number;
  readonly MULTILINE: number;
  readonly DOTALL: number;
}

/** `g` and `u` are what it does anyway. */
function flagsOf(flags: string, { CASE_INSENSITIVE, MULTILINE, DOTALL }: Flags): number {
  return (
    (flags.includes('i') ? CASE_INSENSITIVE : 0) |
    (flags.includes('m') ? MULTILINE : 0) |
    (flags.includes('s') ? DOTALL : 0)
  );
}
