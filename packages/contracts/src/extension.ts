import type { Logger, Provider, Redactor, Sink, Tool, TurnHooks } from '@dispatch/kernel';
import type { Access, Approvals } from './approvals.ts';
import type { Blobs } from './blobs.ts';
import type { Bus } from './bus.ts';
import type { Collisions, TurnEventSource } from './collisions.ts';
import type { Commands } from './commands.ts';
import type { ComputerSource } from './computer.ts';
import type { Conversations } from './conversations.ts';
import type { Database } from './database.ts';
import type { Files } from './files.ts';
import type { Inventory } from './inventory.ts';
import type { Jobs } from './jobs.ts';
import type { Records } from './records.ts';
import type { Frame, Route } from './route.ts';
import type { Runtime } from './runtime.ts';
import type { Store } from './store.ts';
import type { Transport, Upgrade } from './transport.ts';
import type { Workspaces } from './workspaces.ts';

/** Contracts that one extension provides for all: a second one is an error. */
export interface SingleContracts {
  readonly database: Database;
  readonly store: Store;
  readonly records: Records;
  readonly blobs: Blobs;
  readonly bus: Bus;
  readonly jobs: Jobs;
  readonly access: Access;
  readonly approvals: Approvals;
  readonly collisions: Collisions;
  readonly commands: Commands;
  readonly files: Files;
  readonly workspaces: Workspaces;
  readonly conversations: Conversations;
  readonly inventory: Inventory;
}

/** Contracts that any number of extensions add to. */
export interface ListContracts {
  readonly provider: Provider;
  readonly computer: ComputerSource;
  readonly tool: Tool;
  readonly hooks: TurnHooks;
  /** Events of turns that are none of the kernel's. */
  readonly turnEvents: TurnEventSource;
  readonly sink: Sink;
  readonly transport: Transport;
  readonly upgrade: Upgrade;
  readonly route: Route;
  readonly frame: Frame;
}

export type SingleContractName = keyof SingleContracts;
export type ListContractName = keyof ListContracts;
export type ContractName = SingleContractName | ListContractName;

/** One entry of a list contract, with who contributed it. In the order of the host's list of extensions. */
export interface Contribution<T> {
  readonly extension: string;
  readonly value: T;
}

export type ContractValue<N extends ContractName> = N extends SingleContractName
  ? SingleContracts[N]
  : N extends ListContractName
    ? readonly Contribution<ListContracts[N]>[]
    : never;

/** A contract's name, or with `?` behind it where the extension can do without. */
export type Need = ContractName | `${SingleContractName}?`;

/** What an extension is given for its needs. A list is there even when it is empty. */
export type Needed<N extends Need> = {
  readonly [K in N as K extends `${infer Name}?`
    ? Name
    : K]: K extends `${infer Name extends SingleContractName}?`
    ? SingleContracts[Name] | undefined
    : K extends ContractName
      ? ContractValue<K>
      : never;
};

/** What an extension contributes, by contract; a list contract takes a list. */
export type Contributed<P extends ContractName> = {
  readonly [K in P]: K extends SingleContractName
    ? SingleContracts[K]
    : K extends ListContractName
      ? readonly ListContracts[K][]
      : never;
};

/** The version of these contracts. A host refuses extensions of another major version. */
export const apiVersion = 1;

/** An extension as a host's list holds it: `defineExtension` has closed over the types. */
export interface Extension {
  /** The package's name. */
  readonly name: string;
  readonly version: string;
  readonly apiVersion: number;
  readonly needs: readonly Need[];
  readonly provides: readonly ContractName[];
  /** Throws where `setup` would refuse these options. A host asks all before it sets up the first. */
  readonly checkOptions?: (options: unknown) => void;
  setup(
    context: ExtensionContext,
    needed: Readonly<Record<string, unknown>>,
    options: unknown,
  ): Promise<RunningExtension>;
}

export interface RunningExtension {
  readonly contributes: Readonly<Partial<Record<ContractName, unknown>>>;
  /** Called when everyone is set up and before any transport listens. */
  readonly start?: () => Promise<void>;
  /** Called first at a stop, of all at once: finish what is under way, take no more. */
  readonly drain?: () => Promise<void>;
  /** Called in reverse order of setup: close what was opened. */
  readonly dispose?: () => Promise<void>;
}

/** What every extension is given; the rest it asks for by its needs. */
export interface ExtensionContext {
  readonly runtime: Runtime;
  /** Stamped with the extension's name. */
  readonly logger: Logger;
  readonly redactor: Redactor;
  /** Fires when the host stops: before `drain`. */
  readonly signal: AbortSignal;
}

export interface ExtensionOptions<N extends Need, P extends ContractName, O> {
  readonly name: string;
  readonly version: string;
  readonly apiVersion: number;
  readonly needs?: readonly N[];
  readonly provides: readonly P[];
  /**
   * Checks the options from the host's configuration, `undefined` where it has none. Throws with a
   * sentence that names the option. Pure: hosts of one configuration share what it made.
   */
  readonly parseOptions: (raw: unknown) => O;
  /**
   * Makes what the extension contributes. Called once per host; importing the package does nothing
   * by itself. A rejection fails the host's start and names this extension.
   */
  setup(context: ExtensionContext & { readonly needs: Needed<N>; readonly options: O }): Promise<{
    readonly contributes: Contributed<P>;
    readonly start?: () => Promise<void>;
    readonly drain?: () => Promise<void>;
    readonly dispose?: () => Promise<void>;
  }>;
}

/** Makes an extension of typed parts. */
export function defineExtension<const N extends Need, const P extends ContractName, O>(
  extension: ExtensionOptions<N, P, O>,
): Extension {
  const parseOptions = onceForEach(extension.parseOptions);
  return {
    name: extension.name,
    version: extension.version,
    apiVersion: extension.apiVersion,
    needs: extension.needs ?? [],
    provides: extension.provides,
    checkOptions: (raw) => {
      parseOptions(raw);
    },
    async setup(context, needed, raw) {
      const options = parseOptions(raw);
      // The host has checked `needed` against `needs`: the one place where the types are joined.
      const running = await extension.setup({ ...context, needs: needed as Needed<N>, options });
      return running;
    },
  };
}

/** They are checked before anything is set up, and taken at the setup: read once. */
function onceForEach<O>(parse: (raw: unknown) => O): (raw: unknown) => O {
  const known = new WeakMap<object, { readonly options: O }>();
  return (raw) => {
    if (typeof raw !== 'object' || raw === null) return parse(raw);
    const before = known.get(raw);
    if (before !== undefined) return before.options;
    const options = parse(raw);
    known.set(raw, { options });
    return options;
  };
}
