import { CodedError, defineRoute, type Inventory, type Route } from '@dispatch/contracts';
import { asSchema, explainBody } from '@dispatch/wire';
import type { Judge } from '../judge.ts';
import type { StoredRules } from '../rules/stored-rules.ts';
import { tellExplanation } from './tell-explanation.ts';

export interface RuleRoutesOptions {
  readonly judge: Judge;
  readonly stored: StoredRules;
  readonly inventory: Pick<Inventory, 'tools'>;
  /** The host's folder, for explanations that name none. */
  readonly cwd: string | undefined;
}

const callBody = asSchema(explainBody);

/** The rules that count, and what they say of a call. */
export function createRuleRoutes(options: RuleRoutesOptions): readonly Route[] {
  const { judge, stored, inventory } = options;
  return [
    defineRoute({
      method: 'GET',
      path: '/rules',
      summary: 'Lists the rules of the configuration, and those that people added.',
      async handle() {
        const added = await stored.list();
        return {
          status: 200,
          json: {
            configured: judge.configured.map(({ rule, name }) => ({ name, rule: { ...rule } })),
            stored: added.map(({ ruleId, rule, addedAt, conversationId }) => ({
              ...{ ruleId, rule: { ...rule }, conversationId },
              addedAt: new Date(addedAt).toISOString(),
            })),
          },
        };
      },
    }),
    defineRoute({
      method: 'DELETE',
      path: '/rules/:ruleId',
      summary: 'Removes a rule that a person added.',
      async handle({ params: { ruleId = '' } }) {
        await stored.remove(ruleId);
        return { status: 204 };
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/rules/explain',
      summary: 'Says what would be decided on a call, and why; runs nothing.',
      body: callBody,
      async handle({ body }) {
        const { input, computerId } = body;
        const tool = inventory.tools().find(({ value }) => value.name === body.tool)?.value;
        if (tool === undefined) {
          throw new CodedError('invalid-input', {
            message: `tool: there is no tool ${JSON.stringify(body.tool)}.`,
            hint: 'GET /tools lists them.',
          });
        }
        const prepared = tool.prepare(input);
        const cwd = body.cwd ?? (computerId === undefined ? options.cwd : undefined);
        const judgement = await judge.judge({
          ...{ tool: tool.name, effect: tool.effect, subject: tool.subjectOf?.(input) },
          ...(cwd === undefined ? {} : { cwd }),
          ...(computerId === undefined ? {} : { computerId }),
        });
        const problem = prepared.ok ? {} : { inputProblem: prepared.message };
        return { status: 200, json: { ...tellExplanation(judgement), ...problem } };
      },
    }),
  ];
}
