import type { Client } from '../client.ts';
import type { Requester } from './requester.ts';

type ExtensionRequests = Pick<
  Client,
  | 'approvals'
  | 'resolveApproval'
  | 'rules'
  | 'explainCall'
  | 'removeRule'
  | 'workspaces'
  | 'workspace'
  | 'createWorkspace'
  | 'updateWorkspace'
  | 'removeWorkspace'
  | 'uploadAttachment'
  | 'attachment'
  | 'commands'
  | 'sendToBackground'
  | 'commandOutput'
  | 'stopCommand'
>;

/** What extensions serve beside conversations: approvals, rules, workspaces, attachments, commands in the background. */
export function extensionRequests({ open, read, readBytes }: Requester): ExtensionRequests {
  return {
    approvals: (conversationId) => read(path`/conversations/${conversationId}/approvals`),
    async resolveApproval(approvalId, body) {
      await open(path`/approvals/${approvalId}`, { method: 'POST', body });
    },

    rules: () => read('/rules'),
    explainCall: (body) => read('/rules/explain', { method: 'POST', body }),
    async removeRule(ruleId) {
      await open(path`/rules/${ruleId}`, { method: 'DELETE' });
    },

    workspaces: () => read('/workspaces'),
    workspace: (workspaceId) => read(path`/workspaces/${workspaceId}`),
    createWorkspace: (body) => read('/workspaces', { method: 'POST', body }),
    updateWorkspace: (workspaceId, body) =>
      read(path`/workspaces/${workspaceId}`, { method: 'PATCH', body }),
    async removeWorkspace(workspaceId) {
      await open(path`/workspaces/${workspaceId}`, { method: 'DELETE' });
    },

    uploadAttachment: ({ bytes, mediaType, name }) =>
      read('/attachments', { method: 'POST', query: { name }, bytes: { mediaType, bytes } }),
    attachment: (attachmentId) => readBytes(path`/attachments/${attachmentId}`),

    commands: (conversationId) => read('/commands', { query: { conversationId } }),
    sendToBackground: (conversationId, callId) =>
      read('/commands', { method: 'POST', body: { conversationId, callId } }),
    commandOutput: (commandId, offset) =>
      readBytes(path`/commands/${commandId}/output`, { query: { offset } }),
    async stopCommand(commandId) {
      await open(path`/commands/${commandId}/stop`, { method: 'POST' });
    },
  };
}

/** A path with each id in it as one segment. */
function path(texts: TemplateStringsArray, ...ids: readonly string[]): string {
  return String.raw({ raw: texts }, ...ids.map(encodeURIComponent));
}
