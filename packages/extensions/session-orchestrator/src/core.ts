import type {
  Approvals,
  Blobs,
  ComputerSource,
  Contribution,
  Runtime,
  Store,
  Workspaces,
} from '@dispatch/contracts';
import type { Logger, Redactor, RetryStrategy, TurnHooks } from '@dispatch/kernel';
import type { Actors } from './actors.ts';
import type { ConversationWatch } from './conversation-watch.ts';
import type { EventLogs } from './event-logs.ts';
import type { Hosts } from './hosts/hosts.ts';
import type { Models } from './models.ts';
import type { OrchestratorOptions } from './options.ts';
import type { OfferTools } from './toolsets.ts';

/** What the parts of the orchestrator share: made once, in `createOrchestrator`. */
export interface Core {
  readonly options: OrchestratorOptions;
  readonly store: Store;
  readonly blobs: Blobs;
  readonly runtime: Runtime;
  readonly logger: Logger;
  readonly redactor: Redactor;
  readonly models: Models;
  readonly offerTools: OfferTools;
  readonly hooks: readonly TurnHooks[];
  /** Absent: there is nobody to ask. */
  readonly approvals: Approvals | undefined;
  readonly workspaces: Workspaces | undefined;
  readonly computers: readonly Contribution<ComputerSource>[];
  readonly retry: RetryStrategy;
  readonly logs: EventLogs;
  readonly actors: Actors;
  readonly watch: ConversationWatch;
  readonly hosts: Hosts;
  /** Turns that this host runs or is about to: not to be claimed by it again. */
  readonly localTurns: Set<string>;
  /** While turns are being claimed: until it resolves `localTurns` may not grow. */
  claiming: Promise<void> | undefined;
  /** Fires when the orchestrator stops its background work. */
  readonly stopSignal: AbortSignal;
  isStopping: boolean;
  /** Until then, in `runtime.now` milliseconds, this host's turns are surely its own. */
  leasedUntil: number;
  /** There is a turn that nobody runs: it is looked for at once, here and on the other hosts. */
  takeUp(): void;
  /** Starts a turn with what waits in a conversation's queue, if it can. */
  startQueued(conversationId: string): void;
}
