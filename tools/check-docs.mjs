// The documents: their links lead somewhere, their code is what it says and compiles, their error
// codes and words are those of the sources. `--fix` copies files into the blocks that show them.
import { existsSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { pathToFileURL } from 'node:url';
import { listAnchors, listBlocks, listLinks, tableUnder } from './markdown.mjs';
import { makeProject, typeCheck } from './snippet-project.mjs';
import { finish, listFiles, listPackages, readText, root, stampFolder } from './workspace.mjs';

const isFixing = process.argv.includes('--fix');
const documents = listFiles('*.md', '{packages,apps,examples,notes,tools}/**/*.md').filter(
  (file) => !file.includes('/templates/'),
);
const problems = [];
const texts = new Map(documents.map((file) => [file, readText(file)]));

for (const [file, text] of texts) {
  checkLinks(file, text);
  checkShownFiles(file, text);
}
checkSnippets();
await checkCodes();
checkGlossary();
checkSuites();
checkAgents();
finish('docs', problems, `${documents.length} documents`);

function checkLinks(file, text) {
  for (const { target, line } of listLinks(text)) {
    if (/^[a-z]+:/.test(target)) continue;
    const [path, anchor] = target.split('#');
    const to = path === '' ? file : normalize(join(dirname(file), path));
    if (!existsSync(join(root, to))) problems.push(`${file}:${line}: ${target} leads nowhere`);
    else if (anchor !== undefined && statSync(join(root, to)).isFile()) {
      if (!listAnchors(readText(to)).includes(anchor)) {
        problems.push(`${file}:${line}: ${target}: no such heading`);
      }
    }
  }
}

/** A block `ts file=path` shows that file, byte for byte. */
function checkShownFiles(file, text) {
  let mended = text;
  for (const { words, code, line } of listBlocks(text)) {
    const path = words.find((word) => word.startsWith('file='))?.slice('file='.length);
    if (path === undefined) continue;
    if (!existsSync(join(root, path))) problems.push(`${file}:${line}: there is no ${path}`);
    else if (readText(path) !== code) {
      const fence = text.split('\n')[line - 1];
      mended = mended.replace(`${fence}\n${code}`, () => `${fence}\n${readText(path)}`);
      if (!isFixing) problems.push(`${file}:${line}: not what ${path} holds: check-docs --fix`);
    }
  }
  if (isFixing && mended !== text) writeFileSync(join(root, file), mended);
}

/** Every `ts` block compiles, but for those marked `no-check`. */
function checkSnippets() {
  const folder = join(stampFolder, 'snippets');
  makeProject(folder, [{ name: 'zod', from: 'packages/wire' }]);
  let count = 0;
  const places = new Map();
  for (const [file, text] of texts) {
    for (const { language, words, code, line } of listBlocks(text)) {
      if (language !== 'ts' || words.includes('no-check') || code.trim() === '') continue;
      if (words.some((word) => word.startsWith('file='))) continue;
      const name = `snippet-${++count}.ts`;
      places.set(name, { file, line });
      writeFileSync(join(folder, name), `${code}\nexport {};\n`);
    }
  }
  for (const words of count === 0 ? [] : typeCheck(folder)) {
    const [, name, row, rest] = /^(\S+\.ts)\((\d+),\d+\): (.*)$/.exec(words) ?? [];
    const place = places.get(name);
    // What is wrong with a package's own sources is its own check's business.
    if (place !== undefined) problems.push(`${place.file}:${place.line + Number(row)}: ${rest}`);
  }
}

/** A README's table of codes and the package's catalog name the same ones. */
async function checkCodes() {
  for (const { folder, manifest } of listPackages()) {
    const catalogs = listFiles(`${folder}/src/{errors,codes}.ts`);
    const readme = texts.get(`${folder}/README.md`) ?? '';
    const listed = tableUnder(readme, /\bcodes\b/i).map(([cell]) => cell?.replaceAll('`', ''));
    const known = [];
    for (const file of catalogs) {
      const module = await import(pathToFileURL(join(root, file)).href);
      for (const [name, value] of Object.entries(module)) {
        if (/codes$/i.test(name) && !Array.isArray(value)) known.push(...Object.keys(value));
      }
    }
    const missing = known.filter((code) => !readme.includes(`\`${code}\``));
    if (missing.length > 0) {
      problems.push(`${folder}/README.md: codes that it does not name: ${missing.join(', ')}`);
    }
    for (const code of listed) {
      if (!known.includes(code)) {
        problems.push(`${folder}/README.md: ${manifest.name} has no code ${code}`);
      }
    }
  }
}

/** Each identifier that the glossary names stands in the sources. */
function checkGlossary() {
  const text = texts.get('GLOSSARY.md');
  if (text === undefined) {
    problems.push('GLOSSARY.md: not there');
    return;
  }
  const sources = listFiles('packages/**/src/**/*.ts').map(readText).join('\n');
  for (const [term, , identifiers = ''] of tableUnder(text, /^# /)) {
    for (const [, identifier] of identifiers.matchAll(/`([^`]+)`/g)) {
      if (!new RegExp(`(?<![\\w$])${quoteRegex(identifier)}(?![\\w$])`).test(sources)) {
        problems.push(`GLOSSARY.md: ${term}: ${identifier} is nowhere in the sources`);
      }
    }
  }
}

function quoteRegex(text) {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** The README of the suites names each of them. */
function checkSuites() {
  const readme = texts.get('packages/conformance/README.md') ?? '';
  const exported = readText('packages/conformance/src/index.ts');
  for (const [suite] of exported.matchAll(/\b\w+Conformance\b/g)) {
    if (!readme.includes(`\`${suite}\``))
      problems.push(`packages/conformance/README.md: no ${suite}`);
  }
}

function checkAgents() {
  const words = texts.get('AGENTS.md')?.split(/\s+/).filter(Boolean).length ?? 0;
  if (words === 0 || words > 600) problems.push(`AGENTS.md: ${words} words, of 600 at most`);
}
