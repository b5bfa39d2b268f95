import attachments from '@dispatch/attachments';
import busPostgres from '@dispatch/bus-postgres';
import collisions from '@dispatch/collisions';
import commands from '@dispatch/commands';
import computerLocal from '@dispatch/computer-local';
import computerSsh from '@dispatch/computer-ssh';
import consent from '@dispatch/consent';
import type { Extension } from '@dispatch/contracts';
import conversationFiles from '@dispatch/conversation-files';
import jobsPgBoss from '@dispatch/jobs-pg-boss';
import postgresEmbedded from '@dispatch/postgres-embedded';
import providerOpenaiCompatible from '@dispatch/provider-openai-compatible';
import providerScripted from '@dispatch/provider-scripted';
import retention from '@dispatch/retention';
import sessionOrchestrator from '@dispatch/session-orchestrator';
import sinkJournal from '@dispatch/sink-journal';
import storePostgres from '@dispatch/store-postgres';
import toolAskUser from '@dispatch/tool-ask-user';
import toolEditFile from '@dispatch/tool-edit-file';
import toolGlob from '@dispatch/tool-glob';
import toolGrep from '@dispatch/tool-grep';
import toolListDir from '@dispatch/tool-list-dir';
import toolReadFile from '@dispatch/tool-read-file';
import toolReadResult from '@dispatch/tool-read-result';
import toolRequestAccess from '@dispatch/tool-request-access';
import toolShell from '@dispatch/tool-shell';
import toolTodoWrite from '@dispatch/tool-todo-write';
import toolWriteFile from '@dispatch/tool-write-file';
import transportHttp from '@dispatch/transport-http';
import transportWs from '@dispatch/transport-ws';
import workspaces from '@dispatch/workspaces';

/**
 * What a host loads where its config has no `extensions`. The order counts for lists: the first
 * provider with a key is the default one, and tools are shown to the model in this order. What
 * takes longest to set up stands first.
 */
export const standardSet: readonly Extension[] = [
  postgresEmbedded,
  sinkJournal,
  storePostgres,
  busPostgres,
  computerLocal,
  computerSsh,
  consent,
  collisions,
  conversationFiles,
  providerOpenaiCompatible,
  providerScripted,
  toolReadFile,
  toolWriteFile,
  toolEditFile,
  toolListDir,
  toolGlob,
  toolGrep,
  toolShell,
  commands,
  toolTodoWrite,
  toolAskUser,
  toolRequestAccess,
  toolReadResult,
  sessionOrchestrator,
  workspaces,
  attachments,
  jobsPgBoss,
  retention,
  transportHttp,
  transportWs,
];
