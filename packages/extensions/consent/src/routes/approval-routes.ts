import { CodedError, defineRoute, type Frame, type Route, type Store } from '@dispatch/contracts';
import { approvalBody, asSchema, frameFields } from '@dispatch/wire';
import type { OpenApprovals } from '../approvals/create-approvals.ts';

const answerBody = asSchema(approvalBody);
const resolveSchema = frameFields['approval.resolve'];
const resolveFields = asSchema(resolveSchema);

/** What clients see and answer what waits by (WIRE.md section 4). */
export function createApprovalRoutes(
  approvals: Pick<OpenApprovals, 'listOpen' | 'answer'>,
  conversations: Pick<Store, 'readConversation'>,
): readonly Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/conversations/:id/approvals',
      summary: 'Lists what waits for a person in a conversation.',
      async handle({ params: { id = '' } }) {
        if ((await conversations.readConversation(id)) === undefined) {
          throw new CodedError('conversation-not-found', {
            message: `There is no conversation ${JSON.stringify(id)}.`,
          });
        }
        const open = await approvals.listOpen(id);
        return { status: 200, json: { approvals: open.map((event) => ({ ...event })) } };
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/approvals/:approvalId',
      summary: 'Answers what waits for a person; the first answer counts.',
      body: answerBody,
      async handle({ params: { approvalId = '' }, body }) {
        await approvals.answer(approvalId, body);
        return { status: 204 };
      },
    }),
  ];
}

/** The same over a socket (WIRE.md section 5). */
export function createApprovalFrame(approvals: Pick<OpenApprovals, 'answer'>): Frame {
  return {
    op: 'approval.resolve',
    fields: resolveFields,
    async handle(fields) {
      const { approvalId, ...body } = resolveSchema.parse(fields);
      await approvals.answer(approvalId, body);
      return {};
    },
  };
}
