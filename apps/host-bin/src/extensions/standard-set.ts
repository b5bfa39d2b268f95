import busPostgres from '@dispatch/bus-postgres';
import commands from '@dispatch/commands';
import computerLocal from '@dispatch/computer-local';
import type { Extension } from '@dispatch/contracts';
import jobsPgBoss from '@dispatch/jobs-pg-boss';
import postgresEmbedded from '@dispatch/postgres-embedded';
import providerOpenaiCompatible from '@dispatch/provider-openai-compatible';
import providerScripted from '@dispatch/provider-scripted';
import retention from '@dispatch/retention';
import sessionOrchestrator from '@dispatch/session-orchestrator';
import sinkJournal from '@dispatch/sink-journal';
import storePostgres from '@dispatch/store-postgres';
import toolAskUser from '@dispatch/tool-ask-user';
import toolReadFile from '@dispatch/tool-read-file';
import toolShell from '@dispatch/tool-shell';
import toolTodoWrite from '@dispatch/tool-todo-write';
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
  providerOpenaiCompatible,
  providerScripted,
  toolReadFile,
  toolShell,
  commands,
  toolTodoWrite,
  toolAskUser,
  sessionOrchestrator,
  workspaces,
  jobsPgBoss,
  retention,
  transportHttp,
  transportWs,
];
