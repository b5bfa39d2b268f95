// Habits that a linter has no rule for. Proves first that each rule fires.
import { basename } from 'node:path';
import { blank } from './source-text.mjs';
import { finish, listFiles, readText } from './workspace.mjs';

/** Named apart so that this file does not find itself. */
const word = (...parts) => parts.join('');

const rules = [
  {
    says: 'no module mocks: use the fakes of kernel/testing and conformance',
    finds: ({ code }) => new RegExp(`\\b(vi|jest)\\s*\\.\\s*${word('mo', 'ck')}\\b`).test(code),
    sample: ['a.test.ts', `vi.${word('mo', 'ck')}('./b.ts')`],
  },
  {
    says: 'a test that runs alone hides the others',
    finds: ({ code }) => /\b(it|test|describe)\s*\.\s*only\b/.test(code),
    sample: ['a.test.ts', `it.${word('on', 'ly')}('x', () => {})`],
  },
  {
    says: 'a skipped test names what it waits for: use skipIf or runIf',
    finds: ({ code }) => /\b(it|test|describe)\s*\.\s*(skip|todo|fails)\b(?!If)/.test(code),
    sample: ['a.test.ts', `it.${word('sk', 'ip')}('x', () => {})`],
  },
  {
    says: 'types are mended, not silenced',
    finds: ({ source }) => /@ts-(ignore|nocheck|expect-error)\b|\bas any\b/.test(source),
    sample: ['a.ts', `// @ts-${word('ig', 'nore')}`],
  },
  {
    says: 'an index names what it exports, one by one',
    finds: ({ code }) => /\bexport\s*\*/.test(code),
    sample: ['index.ts', "export * from './a.ts';"],
  },
  {
    says: 'file names are kebab-case, after the main export',
    finds: ({ file }) => !/^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9-]+)*\.(ts|mjs)$/.test(basename(file)),
    sample: ['packages/a/src/someFile.ts', ''],
  },
  {
    says: 'a name that says nothing: manager, helper, util, common, misc',
    finds: ({ file }) => /(^|[-/.])(manager|helper|util|common|misc)s?([-/.]|$)/.test(file),
    sample: ['packages/a/src/path-utils.ts', ''],
  },
  {
    says: "a path of one machine (/home/user is nobody's)",
    finds: ({ file, source }) =>
      /(['"`\s(])\/(home\/(?!user\b)|Users\/|root\/|work\/)[a-z]/.test(source) &&
      !/\.test\.ts$/.test(file),
    sample: ['a.ts', `'${word('/ho', 'me/someone')}'`],
  },
];

const problems = [];
const judge = (file, source) => {
  const code = blank(source, { keepStrings: false });
  return rules.filter(({ finds }) => finds({ file, code, source }));
};

for (const rule of rules) {
  if (!judge(...rule.sample).includes(rule))
    problems.push(`check-sources: nothing found: ${rule.says}`);
  if (judge('packages/a/src/plain-file.ts', "// vi is fine\nexport const a = 'it';").length > 0) {
    problems.push(`check-sources: found in a plain file: ${rule.says}`);
  }
}
const files = listFiles('{packages,apps,examples,test,tools}/**/*.{ts,mjs}', '*.ts');
for (const file of files) {
  for (const { says } of judge(file, readText(file))) problems.push(`${file}: ${says}`);
}
finish('sources', problems, `${files.length} files, ${rules.length} rules`);
