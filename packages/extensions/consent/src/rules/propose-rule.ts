import { quoteWord } from './command-pattern.ts';
import type { Verdict } from './decide.ts';
import { type CallPath, isInsidePlaces } from './paths.ts';
import type { Rule } from './rule.ts';
import type { Part, Subject } from './subject.ts';

/** A proposal is read by a person before it is taken. In UTF-16 units of JSON. */
const maxProposal = 4000;

/**
 * The narrowest rule that would have allowed the call; undefined where none could, or where a
 * configured rule wants it asked for each time. Pure.
 */
export function proposeRule(verdict: Verdict, subject: Subject): Rule | undefined {
  if (verdict.decision !== 'ask' || subject.isQuestion) return undefined;
  const asked = verdict.parts.filter(({ decision }) => decision === 'ask');
  if (asked.some(({ rule }) => rule !== undefined)) return undefined;
  const commands = new Set<string>();
  const paths = new Set<string>();
  for (const { part } of asked) {
    if (!propose(part, subject, commands, paths)) return undefined;
  }
  const [cwd] = subject.places.folders;
  const rule: Rule = {
    decision: 'allow',
    tool: subject.tool,
    computer: subject.computerId ?? 'local',
    ...(commands.size === 0 || cwd === undefined ? {} : { cwd }),
    ...(paths.size === 0 ? {} : { path: [...paths] }),
    ...(commands.size === 0 ? {} : { command: [...commands] }),
  };
  // A star in a name would stand for more than itself.
  const isExact = ![subject.tool, subject.computerId, cwd, ...paths].some((text) =>
    text?.replace(/\/\*\*$/, '').includes('*'),
  );
  return isExact && JSON.stringify(rule).length <= maxProposal ? rule : undefined;
}

/** False where no rule could allow the part. */
function propose(part: Part, subject: Subject, commands: Set<string>, paths: Set<string>): boolean {
  switch (part.kind) {
    case 'call':
      return true;
    case 'unclear':
      return false;
    case 'command': {
      if (part.isElsewhere) return false;
      const words = [...part.command.assignments, ...part.command.words].map(({ text }) => text);
      if (!words.every((text) => text !== undefined)) return false;
      commands.add(words.map(quoteWord).join(' '));
      return true;
    }
    default:
      return part.path !== undefined && proposePath(part.path, subject, paths);
  }
}

function proposePath(
  path: CallPath,
  { places, needsPerson }: Subject,
  paths: Set<string>,
): boolean {
  if (path.real === undefined) return false;
  const found = isInsidePlaces(path, places)
    ? places.folders.map((folder) => `${folder === '/' ? '' : folder}/**`)
    : [path.lexical, path.real].map((place) => (needsPerson ? `${place}/**` : place));
  for (const one of found) paths.add(one);
  return true;
}
