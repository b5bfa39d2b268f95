import { apiVersion, defineExtension, type Extension, readGrants } from '@dispatch/contracts';
import { ApprovalStore } from './approvals/approval-store.ts';
import { createApprovals } from './approvals/create-approvals.ts';
import type { FoundApproval } from './approvals/stored-approval.ts';
import { createConsentHooks, factsOf } from './consent-hooks.ts';
import { createAccess } from './create-access.ts';
import { Judge } from './judge.ts';
import { parseOptions } from './options.ts';
import { Reached } from './reached.ts';
import { createApprovalFrame, createApprovalRoutes } from './routes/approval-routes.ts';
import { createRuleRoutes } from './routes/rule-routes.ts';
import { StoredRules } from './rules/stored-rules.ts';

/** Decides on each tool call by rules, and asks people, as an extension. */
export function createConsent(): Extension {
  return defineExtension({
    name: '@dispatch/consent',
    version: '0.1.0',
    apiVersion,
    needs: ['records', 'store', 'computer', 'inventory', 'bus?'],
    provides: ['hooks', 'approvals', 'access', 'route', 'frame'],
    parseOptions,
    async setup({ needs, options, runtime, logger, signal }) {
      const { store: turns, inventory } = needs;
      const { rules, approvals: mode, cwd, holdMs, expiresMs } = options;
      const stored = new StoredRules(needs.records);
      const judge = new Judge({
        ...{ rules, stored, mode, computers: needs.computer },
        grantsOf: (conversationId) => readGrants(needs.records, conversationId),
      });
      const reached = new Reached();
      const onAlways = async ({ place, approval }: FoundApproval) => {
        const { proposedRule } = approval;
        if (proposedRule === undefined) return;
        await stored.add(proposedRule, runtime.wallNow(), place.conversationId);
      };
      const approvals = createApprovals({
        ...{ store: new ApprovalStore(needs.records), turns, bus: needs.bus },
        ...{ runtime, logger, signal, holdMs, expiresMs, onAlways },
        isAllowed: async (call) => (await judge.judge(factsOf(call))).verdict.decision === 'allow',
        checkRoom: () => stored.checkRoom(),
        async onAllowed(call, found) {
          // The host that took the answer in may have died before it kept the rule.
          if (found.approval.resolution?.decision === 'always') await onAlways(found);
          const { conversationId, computerId, name: tool } = call;
          const { subject } = await judge.locate(factsOf(call));
          // What was asked for is not to reach the path, but to be let do so from now on.
          if (subject.needsPerson) return;
          const paths = subject.parts.flatMap((part) =>
            part.kind === 'path' ? (part.path.real ?? []) : [],
          );
          reached.allow(call, { conversationId, tool, computerId, paths });
        },
      });
      return {
        contributes: {
          hooks: [createConsentHooks({ judge, approvals, turns, reached, logger })],
          approvals,
          access: createAccess({ judge, conversations: turns, reached }),
          route: [
            ...createApprovalRoutes(approvals, turns),
            ...createRuleRoutes({ judge, stored, inventory, cwd }),
          ],
          frame: [createApprovalFrame(approvals)],
        },
        start: () => approvals.start(),
      };
    },
  });
}
