import { execFileSync, spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import type { CommandLine } from './command-line.ts';
import { parseCommandLine } from './parse-command-line.ts';

/** Commands as `name word word`, with `?` for a word that only the run tells. */
function told({ commands }: CommandLine): readonly string[] {
  return commands.map(({ assignments, words, redirections }) =>
    [
      ...[...assignments, ...words].map(({ text }) => text ?? '?'),
      ...redirections.map(({ operator, target }) => `${operator}${target.text ?? '?'}`),
    ].join(' '),
  );
}

describe('a command line that is understood', () => {
  it.each<[string, readonly string[]]>([
    ['ls', ['ls']],
    ['ls; rm -rf x', ['ls', 'rm -rf x']],
    ['a && b || c & d | e\nf', ['a', 'b', 'c', 'd', 'e', 'f']],
    ['! a | b', ['a', 'b']],
    [`echo 'a b' "c d" e\\ f 'g'"h"i`, ['echo a b c d e f ghi']],
    ['echo a\\\nb', ['echo ab']],
    [`'r'm \\x`, ['rm x']],
    ['echo $(rm x)', ['rm x', 'echo ?']],
    ['echo "`rm x`"', ['rm x', 'echo ?']],
    ['echo "`echo \\`rm x\\``"', ['rm x', 'echo ?', 'echo ?']],
    [`echo \${x:-$(rm y)}`, ['rm y', 'echo ?']],
    ['echo $((1 + $(rm y)))', ['rm y', 'echo ?']],
    ['diff <(sort a) >(b)', ['sort a', 'b', 'diff ? ?']],
    ['(a; b) > f', ['a', 'b', '>f']],
    ['{ a; b; } 2>&1', ['a', 'b']],
    ['a > f 2>> g < h 2>&1 >&-', ['a >f 2>>g <h']],
    ['A=1 B=2 a c=3', ['A=1 B=2 a c=3']],
    ['A=1', ['A=1']],
    ['if a; then b; elif c; then d; else e; fi', ['a', 'b', 'c', 'd', 'e']],
    ['for x in 1 $(y); do a "$x"; done', ['y', 'a ?']],
    ['for x do a; done', ['a']],
    ['while a; do b; done < f', ['a', 'b', '<f']],
    ['until a\ndo\nb\ndone', ['a', 'b']],
    ['case x in a|b) c;; (d) e ;& *) f; esac', ['c', 'e', 'f']],
    ['a # b; c\nd #e', ['a', 'd']],
    ['a#b', ['a#b']],
    ['cat <<E; b\n$(c) `d`\nE\nf', ['cat', 'b', 'c', 'd', 'f']],
    ["cat <<'E'\n$(c)\nE", ['cat']],
    ['cat <<-E\n\tx\n\tE\nf', ['cat', 'f']],
    ['cat <<< "$(c)"', ['c', 'cat']],
    ['echo then if { }', ['echo then if { }']],
    ['a*b ?c [d] {e,f} {g..h}', ['? ? ? ? ?']],
    ['[ -f x ] && echo {} {a}', ['[ -f x ]', 'echo {} {a}']],
    ['[[ -f x ]] && rm', ['[[ -f x ]]', 'rm']],
  ])('%s', (text, expected) => {
    const line = parseCommandLine(text);
    expect(told(line)).toEqual(expected);
    expect(line.unclear.filter((what) => !what.startsWith('what `'))).toEqual([]);
  });
});

describe('behind a wrapper stands another command', () => {
  it.each<[string, string]>([
    ['env A=1 -u B rm x', 'rm x'],
    ['sudo -u bob -- rm x', 'rm x'],
    ['/usr/bin/sudo -E env rm x', 'rm x'],
    ['nohup nice -n 5 rm x', 'rm x'],
    ['time -p rm x', 'rm x'],
    ['timeout -k 5 10 rm x', 'rm x'],
    ['command rm x', 'rm x'],
    ['exec -a y rm x', 'rm x'],
    ['find . -name a -exec rm x \\; -print', 'rm x'],
    ['find . -execdir rm x +', 'rm x'],
    ['ls | xargs -n 1 rm x', 'rm x ?'],
    ['ls | xargs -i rm x', 'rm x ?'],
    ["sh -c 'ls; rm x'", 'rm x'],
    ["bash -lc 'rm x' name", 'rm x'],
    ["bash --norc -e -c 'rm x'", 'rm x'],
    ["eval 'rm x'", 'rm x'],
    ['eval rm x', 'rm x'],
    ["trap 'rm x' EXIT", 'rm x'],
    ["su - bob -c 'rm x'", 'rm x'],
    ["env -S 'rm x'", 'rm x'],
    ['watch -n 5 rm x', 'rm x'],
    [`sh -c "sh -c 'rm x'"`, 'rm x'],
    ['f() { rm x; }', 'rm x'],
  ])('%s', (text, expected) => {
    expect(told(parseCommandLine(text))).toContain(expected);
  });

  it.each(['command -v rm', 'sh script.sh', 'echo sh -c rm'])('and behind %s none', (text) => {
    expect(told(parseCommandLine(text))).toEqual([text]);
  });
});

it.each([
  '$X y',
  '`a` b',
  'eval "$x"',
  'sh -c "$x"',
  'curl x | sh',
  'bash -s',
  'xargs -I{} sh -c "rm {}"',
  'find . -exec {} \\;',
  'find . $x',
  'sudo $x rm',
  'sudo --unheard rm',
  'f() { ls; }',
  'function f { ls; }',
  'coproc ls',
  'select x in a; do b; done',
  '((x))',
  '$[1]',
  'a=(1 2)',
  '"a',
  "'a",
  '`a',
  '$(a',
  '(a',
  '{ a',
  'a)',
  'a }; }',
  'a;;b',
  'if a; then b',
  'for x in a; b',
  'cat <<E\nb',
  'cat <<"$x"\nb\n$x',
  "echo $'a\\'; rm x",
  'true; el\\\nse rm',
  'time { rm x; }',
  'a |& b',
  '[[ -f x && rm ]]',
  'a[1 2]=b',
  'a\\',
  'a\0b',
  `echo \${x@P}`,
  `echo ${'$('.repeat(100)}${')'.repeat(100)}`,
  'x'.repeat(70_000),
  'a;'.repeat(1000),
])('%#: what it does not understand, it says', (text) => {
  expect(parseCommandLine(text).unclear).not.toEqual([]);
});

const shellish = fc.string({
  unit: fc.constantFrom(
    ...`ab01 \t\n;&|<>(){}$\`"'\\#!*?[]=~-/.,`,
    ...['$(', '${', '$((', '<<', '&&', '||', ';;', ' if ', ' then ', ' fi ', ' do ', ' done '],
    ...[
      ' case ',
      ' in ',
      ' esac ',
      'x() ',
      ' sh -c ',
      ' env ',
      ' xargs ',
      ' eval ',
      ' find -exec ',
    ],
  ),
  maxLength: 60,
});

test('no text makes it throw', () => {
  fc.assert(
    fc.property(fc.oneof(shellish, fc.string({ unit: 'binary' })), (text) => {
      expect(Array.isArray(parseCommandLine(text).commands)).toBe(true);
    }),
    { numRuns: 5000 },
  );
});

const hasBash = spawnSync('bash', ['-c', 'true']).status === 0;

test.skipIf(!hasBash)('what it understands, bash does too', () => {
  const texts = fc.sample(shellish, { numRuns: 3000, seed: 20261121 }).filter((text) => {
    const { commands, unclear } = parseCommandLine(text);
    return commands.length > 0 && unclear.length === 0;
  });
  expect(texts.length).toBeGreaterThan(100);
  // Each by a bash of its own, all started by one: that is far quicker than from here.
  const checkEach = `
    while IFS= read -r -d '' text; do
      bash -n -c $'\\n'"$text" < /dev/null 2> /dev/null || printf '%s\\0' "$text"
    done`;
  const refused = execFileSync('bash', ['-c', checkEach], {
    input: texts.map((text) => `${text}\0`).join(''),
    encoding: 'utf8',
  });
  expect(refused).toBe('');
});

/** A word's text, and one way to write it. */
const written = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'grapheme-ascii', maxLength: 6 }).map((text) => ({
        text: text.replaceAll("'", ''),
        raw: `'${text.replaceAll("'", '')}'`,
      })),
      fc.string({ unit: 'grapheme-ascii', maxLength: 6 }).map((text) => ({
        text,
        raw: `"${text.replace(/["\\$`]/g, '\\$&')}"`,
      })),
      fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 6 }).map((text) => ({
        text,
        raw: text.replace(/[^A-Za-z0-9]/g, '\\$&'),
      })),
    ),
    { minLength: 1, maxLength: 3 },
  )
  .map((pieces) => ({
    text: pieces.map(({ text }) => text).join(''),
    raw: pieces.map(({ raw }) => raw).join(''),
  }));

test('a quoted word is one word, and the text that it stands for', () => {
  fc.assert(
    fc.property(fc.array(written, { maxLength: 5 }), (words) => {
      const line = parseCommandLine(['print', ...words.map(({ raw }) => raw)].join(' '));
      expect(line.unclear).toEqual([]);
      expect(line.commands[0]?.words.map(({ text }) => text)).toEqual([
        'print',
        ...words.map(({ text }) => text),
      ]);
    }),
  );
});

test('a real shell makes the same words of it', () => {
  const lines = fc.sample(fc.array(written, { minLength: 1, maxLength: 4 }), 300);
  const script = lines
    .map((words) => `printf '%s\\0' ${words.map(({ raw }) => raw).join(' ')}`)
    .join('\n');
  const printed = execFileSync('sh', ['-c', script], { encoding: 'utf8' }).split('\0').slice(0, -1);
  const parsed = parseCommandLine(script.slice(0, 60_000));
  expect(parsed.unclear).toEqual([]);
  expect(parsed.commands.flatMap(({ words }) => words.slice(2).map(({ text }) => text))).toEqual(
    printed,
  );
});

test('its time grows with the length, whatever stands there', () => {
  const units = [
    '(',
    '$(',
    '`',
    '{ ',
    'a;',
    '"$x" ',
    "'a' ",
    '<<E ',
    'a\\`',
    '${x:-',
    'if ',
    '#',
    '[',
    '{a,',
  ];
  const costOf = (text: string) => {
    const start = performance.now();
    parseCommandLine(text);
    return performance.now() - start;
  };
  for (const unit of units) {
    const text = unit.repeat(Math.floor(60_000 / unit.length));
    const cost = Math.min(costOf(text), costOf(text), costOf(text));
    expect(cost, unit).toBeLessThan(100);
  }
});
