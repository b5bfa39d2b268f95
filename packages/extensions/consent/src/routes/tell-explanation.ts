import type { JsonObject, JsonValue } from '@dispatch/kernel';
import type { CommandLine, SimpleCommand, Word } from '../command/command-line.ts';
import type { Judgement } from '../judge.ts';
import { describePart, type Part } from '../rules/subject.ts';

/** A decision as a client is told: what it is, what made it, and what was seen of the call. Pure. */
export function tellExplanation(judgement: Judgement): JsonObject {
  const { verdict, subject, commandLine, proposedRule } = judgement;
  const { decision, decidedBy, reason } = verdict;
  return {
    decision,
    decidedBy,
    reason,
    parts: verdict.parts.map(({ part, decision: own, decidedBy: by }) => ({
      kind: part.kind,
      what: describePart(part, subject.tool),
      ...pathOf(part),
      decision: own,
      decidedBy: by,
    })),
    ...(commandLine === undefined ? {} : { command: tellCommandLine(commandLine) }),
    ...(proposedRule === undefined ? {} : { proposedRule: { ...proposedRule } }),
  };
}

/** Where it leads, where that could be told. */
function pathOf(part: Part): JsonObject {
  const path = part.kind === 'path' || part.kind === 'file' ? part.path : undefined;
  return path === undefined ? {} : { path: path.real ?? path.lexical };
}

function tellCommandLine({ commands, unclear }: CommandLine): JsonValue {
  return { commands: commands.map(tellCommand), unclear };
}

function tellCommand({ assignments, words, redirections, within }: SimpleCommand): JsonValue {
  return {
    words: words.map(tellWord),
    ...(assignments.length === 0 ? {} : { assignments: assignments.map(tellWord) }),
    ...(redirections.length === 0
      ? {}
      : {
          redirections: redirections.map(({ operator, target }) => ({
            operator,
            target: tellWord(target),
          })),
        }),
    ...(within === undefined ? {} : { within }),
  };
}

/** A text that is known, or what was written where only the run tells. */
function tellWord({ text, raw }: Word): JsonValue {
  return text ?? { unknown: raw };
}
