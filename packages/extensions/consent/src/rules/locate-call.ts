import type { Computer } from '@dispatch/contracts';
import { basename } from '../command/basename.ts';
import type { CommandLine, SimpleCommand, Word } from '../command/command-line.ts';
import { parseCommandLine } from '../command/parse-command-line.ts';
import type { CallFacts } from './call-facts.ts';
import { type CallPath, normalizePath, type Places } from './paths.ts';
import { resolvePath } from './resolve-path.ts';
import type { Part, Subject } from './subject.ts';

/** So many paths of one call are resolved; more are told by their names alone, which no rule allows. */
const maxResolved = 64;

/** Commands after which a relative path starts elsewhere. */
const moving = new Set(['cd', 'pushd', 'popd', 'chroot']);

export interface LocateOptions {
  /** A rule is about paths that a command's words may name: they are looked up too. */
  readonly looksUpWords: boolean;
}

export interface LocatedCall {
  readonly subject: Subject;
  /** What the parser saw; absent where the call runs no command. */
  readonly commandLine?: CommandLine;
}

/**
 * Looks up where the paths of a call lie. `computer` is undefined where it can not be reached: then
 * nothing is known to lie inside the folder. Never rejects.
 */
export async function locateCall(
  facts: CallFacts,
  computer: Computer | undefined,
  { looksUpWords }: LocateOptions,
): Promise<LocatedCall> {
  const { tool, effect, subject = {}, computerId } = facts;
  const home = await attempt(computer, (known) => known.homeFolder());
  const places = await placesOf(facts.cwd ?? home, home, computer);
  const locate = createLocator(places, computer);
  const commandLine = subject.command === undefined ? undefined : parseCommandLine(subject.command);
  const parts: Part[] = [];
  const hasCommand = commandLine !== undefined;
  for (const path of await Promise.all((subject.paths ?? []).map(locate))) {
    parts.push({ kind: 'path', path, hasCommand });
  }
  if (commandLine !== undefined) {
    parts.push(...(await partsOf(commandLine, locate, looksUpWords)));
  }
  if (parts.length === 0) parts.push({ kind: 'call' });
  return {
    subject: {
      tool,
      effect,
      ...(computerId === undefined ? {} : { computerId }),
      places,
      parts,
      needsPerson: subject.needsPerson === true,
      isOwnState: subject.changesOwnStateOnly === true,
      isQuestion: subject.questions !== undefined,
    },
    ...(commandLine === undefined ? {} : { commandLine }),
  };
}

type Locate = (path: string) => Promise<CallPath>;

function createLocator(places: Places, computer: Computer | undefined): Locate {
  let left = maxResolved;
  const [folder] = places.folders;
  const [home] = places.homes;
  return async (path) => {
    const lexical = normalizePath(path, folder, home) ?? path;
    left -= 1;
    const real =
      left < 0 ? undefined : await attempt(computer, (known) => resolvePath(known, lexical));
    return { shown: path, lexical, ...(real === undefined ? {} : { real }) };
  };
}

async function placesOf(
  folder: string | undefined,
  home: string | undefined,
  computer: Computer | undefined,
): Promise<Places> {
  const [folders, homes] = await Promise.all([
    bothForms(folder, computer),
    bothForms(home, computer),
  ]);
  return { folders, homes, granted: [] };
}

async function bothForms(
  path: string | undefined,
  computer: Computer | undefined,
): Promise<readonly string[]> {
  const lexical = path === undefined ? undefined : normalizePath(path, undefined, undefined);
  if (lexical === undefined) return [];
  const real = await attempt(computer, (known) => known.realPath(lexical));
  return real === undefined || real === lexical ? [lexical] : [lexical, real];
}

async function partsOf(
  { commands, unclear }: CommandLine,
  locate: Locate,
  looksUpWords: boolean,
): Promise<readonly Part[]> {
  const parts: Part[] = unclear.map((what) => ({ kind: 'unclear', what }));
  const isElsewhere = commands.some(({ words }) => moving.has(basename(words[0]?.text ?? '')));
  for (const command of commands) {
    const { assignments, words, redirections } = command;
    if (assignments.length + words.length > 0) {
      const words = looksUpWords ? pathsOf(command) : [];
      const paths = await Promise.all(words.map(locate));
      parts.push({ kind: 'command', command, paths, isElsewhere });
    }
    for (const redirection of redirections) {
      const { path } = redirection.target;
      const isKnown =
        path !== undefined &&
        redirection.target.text !== undefined &&
        (!isElsewhere || path.startsWith('/') || path.startsWith('~'));
      const found = path === undefined ? undefined : await locate(path);
      const certain =
        found === undefined || isKnown ? found : { shown: found.shown, lexical: found.lexical };
      parts.push({
        kind: 'file',
        redirection,
        command,
        ...(certain === undefined ? {} : { path: certain }),
      });
    }
  }
  // A line of comments alone runs nothing, and is still a call.
  return parts.length === 0 ? [{ kind: 'call' }] : parts;
}

/** What of a command's words could be paths: whole words, and what stands behind a `=`. */
function pathsOf({ words, redirections, assignments }: SimpleCommand): readonly string[] {
  const found = new Set<string>();
  for (const word of [...words, ...assignments, ...redirections.map(({ target }) => target)]) {
    for (const path of pathsIn(word)) found.add(path);
  }
  return [...found];
}

function pathsIn({ path }: Word): readonly string[] {
  if (path === undefined || path.length > 4096) return [];
  const value = /^[A-Za-z0-9_-]+=(.+)$/s.exec(path)?.[1];
  return value === undefined ? [path] : [path, value];
}

/** What the computer answers; undefined where it can not. */
async function attempt<T>(
  computer: Computer | undefined,
  ask: (computer: Computer) => Promise<T>,
): Promise<T | undefined> {
  if (computer === undefined) return undefined;
  try {
    return await ask(computer);
  } catch {
    return undefined;
  }
}
