import { CodedError, isCodedError, type Records } from '@dispatch/contracts';
import { hashOf } from '../approvals/approval-id.ts';
import { namespace } from '../approvals/approval-store.ts';
import { maxRules, type NamedRule, nameRule, type Rule, ruleSchema } from './rule.ts';

/** A rule that a person has added by `always`. */
export interface StoredRule {
  /** Of what it says: the same rule is there once. */
  readonly ruleId: string;
  readonly rule: Rule;
  /** Epoch milliseconds. */
  readonly addedAt: number;
  /** The conversation that it was added in. */
  readonly conversationId: string;
}

/** Read anew for each decision that they could change: what one host adds holds on all at once. */
export class StoredRules {
  readonly #records: Records;

  constructor(records: Records) {
    this.#records = records;
  }

  async list(): Promise<readonly StoredRule[]> {
    const records = await this.#records.list({ namespace, prefix: 'rule/', limit: maxRules });
    return records.flatMap(({ key, json }) => {
      const { rule, addedAt, conversationId } = JSON.parse(json);
      const parsed = ruleSchema.safeParse(rule);
      // What a newer host has written and this one can not read allows nothing here.
      if (!parsed.success) return [];
      return { ruleId: key.slice('rule/'.length), rule: parsed.data, addedAt, conversationId };
    });
  }

  /** Rejects with `invalid-input` where there are as many as there may be. */
  async checkRoom(): Promise<void> {
    if ((await this.list()).length < maxRules) return;
    throw new CodedError('invalid-input', {
      message: `decision: ${maxRules} rules were added already; answer with \`allow\`, or remove some.`,
      hint: 'DELETE /rules/:ruleId, or `dispatch rules remove <id>`.',
    });
  }

  /** Does nothing where it is there. */
  async add(rule: Rule, addedAt: number, conversationId: string): Promise<void> {
    const json = JSON.stringify({ rule, addedAt, conversationId });
    try {
      const key = `rule/${hashOf(rule)}`;
      await this.#records.write({ namespace, key, json, expectedVersion: 0 });
    } catch (error) {
      if (!isCodedError(error, 'version-conflict')) throw error;
    }
  }

  /** Rejects with `rule-not-found`. */
  async remove(ruleId: string): Promise<void> {
    if (await this.#records.remove(namespace, `rule/${ruleId}`)) return;
    throw new CodedError('rule-not-found', {
      message: `There is no stored rule ${JSON.stringify(ruleId)}.`,
      hint: 'GET /rules lists them; rules of the configuration are changed there.',
    });
  }
}

export function nameStored(rules: readonly StoredRule[]): readonly NamedRule[] {
  return rules.map(({ rule, ruleId }) => nameRule(rule, `stored rule ${ruleId}`));
}
