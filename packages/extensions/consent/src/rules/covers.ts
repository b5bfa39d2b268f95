import type { SimpleCommand } from '../command/command-line.ts';
import type { CommandPattern } from './command-pattern.ts';
import { matchesText } from './match-text.ts';
import { type Match, matchesExactly, matchesLoosely, strongest, weaker } from './match-words.ts';
import { type CallPath, matchesPath, type Places } from './paths.ts';
import { listOf, type NamedRule } from './rule.ts';
import type { CommandPart, Part, Subject } from './subject.ts';

/**
 * Whether a rule that is in scope is about this part of the call. An allowing one has to fit in
 * every way, any other in one.
 */
export function covers(named: NamedRule, part: Part, subject: Subject): Match {
  return named.rule.decision === 'allow'
    ? allows(named, part, subject)
    : strikes(named, part, subject.places);
}

/** Whether the tool, the computer and the folder are those that the rule names. */
export function isInScope(
  { rule: { tool, computer, cwd } }: NamedRule,
  { tool: name, computerId, places }: Subject,
): boolean {
  if (tool !== undefined && !listOf(tool).some((pattern) => matchesText(pattern, name)))
    return false;
  if (
    computer !== undefined &&
    !listOf(computer).some((pattern) => isComputer(pattern, computerId))
  ) {
    return false;
  }
  if (cwd === undefined) return true;
  const everywhere = { ...places, folders: [] };
  return places.folders.some((folder) =>
    listOf(cwd).some((pattern) => matchesPath(pattern, folder, everywhere)),
  );
}

/** The word `local` is the host itself, and no computer that only has this name. */
function isComputer(pattern: string, computerId: string | undefined): boolean {
  if (pattern === 'local') return computerId === undefined;
  return matchesText(pattern, computerId ?? 'local');
}

function allows(
  { rule, commands, paths }: NamedRule,
  part: Part,
  { places, parts }: Subject,
): Match {
  const isCommand = (command: SimpleCommand) =>
    commands.length === 0 || commands.some((pattern) => matchesExactly(pattern, command) === 'yes');
  const isPath = (path: CallPath | undefined) =>
    path?.real !== undefined && fits(paths, path.lexical, places) && fits(paths, path.real, places);
  if (commands.length === 0 && paths.length === 0) return 'yes';
  switch (part.kind) {
    case 'command':
      // Elsewhere, what is allowed in a folder is not.
      if (commands.length === 0 || (part.isElsewhere && rule.cwd !== undefined)) return 'no';
      return isCommand(part.command) ? 'yes' : 'no';
    case 'file':
      return paths.length > 0 && isCommand(part.command) && isPath(part.path) ? 'yes' : 'no';
    case 'path':
      return paths.length > 0 &&
        isPath(part.path) &&
        parts.every((other) => other.kind !== 'command' || isCommand(other.command))
        ? 'yes'
        : 'no';
    default:
      return 'no';
  }
}

function strikes({ commands, paths }: NamedRule, part: Part, places: Places): Match {
  const isPath = (path: CallPath) =>
    fits(paths, path.lexical, places) ||
    (path.real !== undefined && fits(paths, path.real, places));
  if (part.kind === 'command') {
    const onPath = paths.length === 0 || part.paths.some(isPath) ? 'yes' : mayTouch(part, commands);
    if (commands.length === 0) return onPath;
    const matches = commands.map((pattern) => matchesLoosely(pattern, part.command));
    return weaker(onPath, strongest(matches));
  }
  if (commands.length > 0) return part.kind === 'unclear' ? 'maybe' : 'no';
  if (paths.length === 0) return 'yes';
  if (part.kind === 'path') return isPath(part.path) ? 'yes' : 'no';
  return part.kind === 'file' && part.path !== undefined && isPath(part.path) ? 'yes' : 'no';
}

/**
 * Whether a command could touch a path that its words do not name. Where a rule is about paths alone
 * this counts for nothing: any program may open any file, and none says so.
 */
function mayTouch(
  { command, isElsewhere }: CommandPart,
  commands: readonly CommandPattern[],
): Match {
  const isKnown = command.words.every(({ text, path }) => text !== undefined || path !== undefined);
  return commands.length === 0 || (isKnown && !isElsewhere) ? 'no' : 'maybe';
}

function fits(patterns: readonly string[], path: string, places: Places): boolean {
  return patterns.some((pattern) => matchesPath(pattern, path, places));
}
