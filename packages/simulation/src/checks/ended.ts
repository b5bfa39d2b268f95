import type { MemoryDatabase } from '@dispatch/conformance/fakes';
import type { Audience } from '../clients/audience.ts';
import type { Consents } from '../model/consents.ts';
import type { Effects } from '../model/effects.ts';
import type { SentMessages } from '../model/sent-message.ts';
import type { World } from '../world/world.ts';
import type { StoreWatch } from './store-watch.ts';

/** A history at its end: all is healed, and all is quiet. */
export interface Ended {
  readonly world: World;
  readonly database: MemoryDatabase;
  readonly sent: SentMessages;
  readonly consents: Consents;
  readonly effects: Effects;
  readonly watch: StoreWatch;
  /** After so long an acknowledged abort has reached the turn's host; 0: it was there at once. */
  readonly abortReachesMs: number;
  /** By conversation. */
  readonly audiences: ReadonlyMap<string, Audience>;
}

interface Chunk {
  readonly type: string;
  readonly text?: string;
  readonly code?: string;
  readonly callId?: string;
  readonly stepId?: string;
  readonly attachmentId?: string;
  readonly name?: string;
  readonly isError?: boolean;
  readonly interrupted?: boolean;
  readonly content?: readonly { readonly text?: string }[];
}

/** A chunk of history, read. */
export interface Committed {
  readonly seq: number;
  readonly turnId: string;
  readonly role: string;
  readonly chunk: Chunk;
}
