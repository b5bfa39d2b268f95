import {
  type FakeConversations,
  type FakeConversationsOptions,
  fakeConversations,
  fakeExtensionContext,
  type VirtualRuntime,
  virtualRuntime,
} from '@dispatch/conformance';
import type {
  ComputerSource,
  Contribution,
  ExtensionInfo,
  Route,
  Transport,
  Upgrade,
} from '@dispatch/contracts';
import type { LogRecord } from '@dispatch/kernel';
import { afterEach } from 'vitest';
import { createHttpTransport } from '../http-transport.ts';
import { parseOptions } from '../options.ts';

/** A transport that listens, on fakes and virtual time. */
export interface StartedTransport {
  readonly url: string;
  readonly port: number;
  readonly transport: Transport;
  readonly conversations: FakeConversations;
  readonly runtime: VirtualRuntime;
  readonly records: readonly LogRecord[];
  /** Fires the host's signal. */
  stop(): void;
}

export interface StartOptions {
  readonly options?: Readonly<Record<string, unknown>>;
  readonly conversations?: FakeConversationsOptions;
  readonly computers?: readonly Contribution<ComputerSource>[];
  readonly routes?: readonly Contribution<Route>[];
  readonly upgrades?: readonly Contribution<Upgrade>[];
  readonly extensions?: readonly ExtensionInfo[];
}

const started: Transport[] = [];

afterEach(async () => {
  await Promise.all(started.splice(0).map((transport) => transport.close()));
});

/** Closed after the test. */
export async function startTransport(options: StartOptions = {}): Promise<StartedTransport> {
  const runtime = virtualRuntime();
  const conversations = fakeConversations({ runtime, ...options.conversations });
  const context = fakeExtensionContext({ runtime });
  const transport = await createHttpTransport({
    options: parseOptions({ port: 0, ...options.options }),
    conversations,
    inventory: { extensions: () => options.extensions ?? [], tools: () => [] },
    computers: options.computers ?? [],
    routes: options.routes ?? [],
    upgrades: options.upgrades ?? [],
    runtime,
    logger: context.logger,
    signal: context.signal,
  });
  started.push(transport);
  const { url } = await transport.listen();
  const { records, stop } = context;
  return { url, port: Number(new URL(url).port), transport, conversations, runtime, records, stop };
}
