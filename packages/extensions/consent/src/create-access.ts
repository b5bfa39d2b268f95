import type { Access, PathReach, Store } from '@dispatch/contracts';
import type { Judge } from './judge.ts';
import type { Reached } from './reached.ts';
import { covers, isInScope } from './rules/covers.ts';
import type { NamedRule } from './rules/rule.ts';
import type { Subject } from './rules/subject.ts';

export interface AccessOptions {
  readonly judge: Judge;
  readonly conversations: Pick<Store, 'readConversation'>;
  readonly reached: Reached;
}

/**
 * The contract `access`: a tool gets out of its folder by a rule that allows the path, or because a
 * person allowed the very call; never by default, by `auto`, or by a rule that names no path.
 */
export function createAccess({ judge, conversations, reached }: AccessOptions): Access {
  async function subjectOf({
    conversationId,
    tool,
    path,
    computerId,
  }: PathReach): Promise<Subject> {
    const conversation = await conversations.readConversation(conversationId);
    const cwd =
      (conversation?.computerId ?? undefined) === computerId ? conversation?.cwd : undefined;
    const { subject } = await judge.locate({
      ...{ tool, effect: 'unsafe', subject: undefined },
      ...(cwd == null ? {} : { cwd }),
      ...(computerId === undefined ? {} : { computerId }),
    });
    const found = { shown: path, lexical: path, real: path };
    return { ...subject, parts: [{ kind: 'path', path: found, hasCommand: false }] };
  }

  return {
    async mayReach(reach) {
      const rules = await judge.allRules();
      const aboutPaths = rules.filter(({ paths }) => paths.length > 0);
      const isCovered = reached.covers(reach);
      if (aboutPaths.length === 0) return isCovered;
      const subject = await subjectOf(reach);
      const fits = (named: NamedRule) =>
        isInScope(named, subject) &&
        subject.parts.every((part) => covers(named, part, subject) === 'yes');
      if (aboutPaths.some((named) => named.rule.decision === 'deny' && fits(named))) return false;
      if (isCovered) return true;
      const first = aboutPaths.find((named) => named.rule.decision !== 'deny' && fits(named));
      return first?.rule.decision === 'allow';
    },
  };
}
