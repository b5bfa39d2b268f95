import { expect, test } from 'vitest';
import { parseDotenv } from './parse-dotenv.ts';

test('reads names and values, quoted or not', () => {
  const text = [
    '# a comment',
    '',
    'PLAIN=value # the rest is a comment',
    'export EXPORTED = with blanks ',
    "SINGLE='as it is \\n # too'",
    'DOUBLE="two\\nlines, \\"quoted\\"" # comment',
    'EMPTY=',
    'HASH=a#b',
    'URL=postgres://u:p@h/d?x=1',
  ].join('\r\n');
  expect(Object.fromEntries(parseDotenv(text, '/.env'))).toEqual({
    PLAIN: 'value',
    EXPORTED: 'with blanks',
    SINGLE: 'as it is \\n # too',
    DOUBLE: 'two\nlines, "quoted"',
    EMPTY: '',
    HASH: 'a#b',
    URL: 'postgres://u:p@h/d?x=1',
  });
});

test.each(['PORT 5000', '=x', 'A="open', '1A=x'])(
  'tells the line of %j and not what it holds',
  (bad) => {
    expect(() => parseDotenv(`OK=1\n${bad}`, '/d/.env')).toThrow(
      `/d/.env:2: found ${bad.length} characters, expected NAME=value`,
    );
  },
);
