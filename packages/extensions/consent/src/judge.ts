import {
  type Computer,
  type ComputerSource,
  type Contribution,
  type FolderGrant,
  findComputer,
} from '@dispatch/contracts';
import { type ApprovalsMode, applyMode } from './rules/apply-mode.ts';
import type { CallFacts } from './rules/call-facts.ts';
import { decide, type Verdict } from './rules/decide.ts';
import { type LocatedCall, locateCall } from './rules/locate-call.ts';
import { isInsidePlaces } from './rules/paths.ts';
import { proposeRule } from './rules/propose-rule.ts';
import { listOf, type NamedRule, nameConfigured, type Rule } from './rules/rule.ts';
import { nameStored, type StoredRules } from './rules/stored-rules.ts';

/** All that is known of a decision. */
export interface Judgement extends LocatedCall {
  readonly verdict: Verdict;
  /** What `always` would add; absent where the call is not asked for, or nothing could be added. */
  readonly proposedRule?: Rule;
}

export interface JudgeOptions {
  readonly rules: readonly Rule[];
  readonly stored: Pick<StoredRules, 'list'>;
  readonly mode: ApprovalsMode;
  readonly computers: readonly Contribution<ComputerSource>[];
  /** The folders that a person let a conversation read. */
  grantsOf(conversationId: string): Promise<readonly FolderGrant[]>;
}

/** Decides on calls by the rules of the configuration and those that people added. */
export class Judge {
  readonly configured: readonly NamedRule[];
  readonly #options: JudgeOptions;
  /** Words of commands are looked up only where a rule is about paths that nobody may name. */
  readonly #looksUpWords: boolean;

  constructor(options: JudgeOptions) {
    this.#options = options;
    this.configured = nameConfigured(options.rules);
    this.#looksUpWords = options.rules.some(
      ({ decision, path }) => decision !== 'allow' && listOf(path).length > 0,
    );
  }

  /** Rejects with `store-unavailable` where the stored rules would count and can not be read. */
  async judge(
    facts: CallFacts,
    mode: ApprovalsMode | 'headless' = this.#options.mode,
  ): Promise<Judgement> {
    const located = await this.#withGrants(facts, await this.locate(facts));
    const { subject } = located;
    let verdict = decide(this.configured, subject);
    // They only allow: where nothing is left to a default they change nothing.
    if (isLeftToDefault(verdict)) verdict = decide(await this.allRules(), subject);
    const proposedRule = proposeRule(verdict, subject);
    const applied = applyMode(verdict, subject, mode);
    return {
      ...located,
      verdict: applied,
      ...(applied.decision !== 'ask' || proposedRule === undefined ? {} : { proposedRule }),
    };
  }

  /** Those of the configuration first. */
  async allRules(): Promise<readonly NamedRule[]> {
    return [...this.configured, ...nameStored(await this.#options.stored.list())];
  }

  /** What the call touches, as far as its computer can say. Never rejects. */
  async locate(facts: CallFacts): Promise<LocatedCall> {
    const computer = await this.#computerOf(facts.computerId);
    return locateCall(facts, computer, { looksUpWords: this.#looksUpWords });
  }

  async #withGrants(facts: CallFacts, located: LocatedCall): Promise<LocatedCall> {
    const { subject } = located;
    const { conversationId, computerId } = facts;
    const isOutside = subject.parts.some(
      (part) => part.kind === 'path' && !isInsidePlaces(part.path, subject.places),
    );
    if (conversationId === undefined || subject.effect !== 'pure' || !isOutside) return located;
    const grants = await this.#options.grantsOf(conversationId);
    const granted = grants.flatMap((one) => (one.computerId === computerId ? one.path : []));
    return { ...located, subject: { ...subject, places: { ...subject.places, granted } } };
  }

  async #computerOf(computerId: string | undefined): Promise<Computer | undefined> {
    try {
      return await findComputer(this.#options.computers, computerId);
    } catch {
      return undefined;
    }
  }
}

/** Nothing is denied by a rule, and not everything is allowed. */
function isLeftToDefault({ decision, parts }: Verdict): boolean {
  if (decision === 'allow') return false;
  return !parts.some((part) => part.decision === 'deny' && part.rule !== undefined);
}
