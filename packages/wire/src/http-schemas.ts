import type * as z from 'zod';
import { chunk, storedChunk } from './chunk.ts';
import { contentPart } from './content-part.ts';
import { eventLine, turnEvent } from './event.ts';
import { problem } from './problem.ts';
import * as query from './query.ts';
import * as request from './request.ts';
import * as response from './response.ts';

/** The schemas that the routes refer to, by name: the components of `/openapi.json`. */
export const httpSchemas = {
  contentPart,
  chunk,
  storedChunk,
  turnEvent,
  eventLine,
  problem,
  conversationParams: query.conversationParams,
  queueItemParams: query.queueItemParams,
  workspaceParams: query.workspaceParams,
  attachmentParams: query.attachmentParams,
  approvalParams: query.approvalParams,
  commandParams: query.commandParams,
  messagesQuery: query.messagesQuery,
  eventsQuery: query.eventsQuery,
  listQuery: query.listQuery,
  attachmentQuery: query.attachmentQuery,
  commandsQuery: query.commandsQuery,
  commandOutputQuery: query.commandOutputQuery,
  chatBody: request.chatBody,
  queueBody: request.queueBody,
  forkBody: request.forkBody,
  sendCommandBody: request.sendCommandBody,
  emptyBody: request.emptyBody,
  patchBody: request.patchBody,
  workspaceBody: request.workspaceBody,
  workspacePatchBody: request.workspacePatchBody,
  approvalBody: request.approvalBody,
  messagesResponse: response.messagesResponse,
  queuedResponse: response.queuedResponse,
  queueResponse: response.queueResponse,
  abortResponse: response.abortResponse,
  forkResponse: response.forkResponse,
  conversation: response.conversation,
  conversationsResponse: response.conversationsResponse,
  metricsResponse: response.metricsResponse,
  modelsResponse: response.modelsResponse,
  toolsResponse: response.toolsResponse,
  extensionsResponse: response.extensionsResponse,
  computersResponse: response.computersResponse,
  surfacesResponse: response.surfacesResponse,
  workspace: response.workspace,
  workspacesResponse: response.workspacesResponse,
  approvalsResponse: response.approvalsResponse,
  attachmentResponse: response.attachmentResponse,
  command: response.command,
  commandsResponse: response.commandsResponse,
  statusResponse: response.statusResponse,
  openApiResponse: response.openApiResponse,
} as const satisfies Record<string, z.ZodType>;

export type HttpSchemaName = keyof typeof httpSchemas;
