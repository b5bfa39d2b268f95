import type { ContractName, ListContractName, Need, SingleContractName } from '@dispatch/contracts';

interface ContractEntry<Kind> {
  readonly kind: Kind;
  /** Named in hints alone: the host loads nothing by itself. */
  readonly providedBy: string;
}

/** The contracts that a host knows, checked by the compiler against `@dispatch/contracts`. */
const contracts: { readonly [N in SingleContractName]: ContractEntry<'single'> } & {
  readonly [N in ListContractName]: ContractEntry<'list'>;
} = {
  database: { kind: 'single', providedBy: '@dispatch/postgres-embedded' },
  store: { kind: 'single', providedBy: '@dispatch/store-postgres' },
  records: { kind: 'single', providedBy: '@dispatch/store-postgres' },
  blobs: { kind: 'single', providedBy: '@dispatch/store-postgres' },
  bus: { kind: 'single', providedBy: '@dispatch/bus-postgres' },
  jobs: { kind: 'single', providedBy: '@dispatch/jobs-pg-boss' },
  conversations: { kind: 'single', providedBy: '@dispatch/session-orchestrator' },
  access: { kind: 'single', providedBy: '@dispatch/consent' },
  approvals: { kind: 'single', providedBy: '@dispatch/consent' },
  collisions: { kind: 'single', providedBy: '@dispatch/collisions' },
  commands: { kind: 'single', providedBy: '@dispatch/commands' },
  files: { kind: 'single', providedBy: '@dispatch/conversation-files' },
  workspaces: { kind: 'single', providedBy: '@dispatch/workspaces' },
  inventory: { kind: 'single', providedBy: '@dispatch/host' },
  provider: { kind: 'list', providedBy: '@dispatch/provider-scripted' },
  computer: { kind: 'list', providedBy: '@dispatch/computer-local' },
  tool: { kind: 'list', providedBy: '@dispatch/tool-read-file' },
  hooks: { kind: 'list', providedBy: 'an extension of your own' },
  turnEvents: { kind: 'list', providedBy: '@dispatch/collisions' },
  sink: { kind: 'list', providedBy: '@dispatch/sink-journal' },
  transport: { kind: 'list', providedBy: '@dispatch/transport-http' },
  upgrade: { kind: 'list', providedBy: '@dispatch/transport-ws' },
  route: { kind: 'list', providedBy: 'an extension of your own' },
  frame: { kind: 'list', providedBy: 'an extension of your own' },
};

export const contractNames = Object.keys(contracts);

export function isContractName(name: string): name is ContractName {
  return Object.hasOwn(contracts, name);
}

export function isListContract(name: ContractName): name is ListContractName {
  return contracts[name].kind === 'list';
}

/** A package that provides the contract, for a hint. */
export function exampleProvider(name: ContractName): string {
  return contracts[name].providedBy;
}

/** `store?` is the contract `store`, and can be done without. */
export function parseNeed(need: Need): { readonly name: string; readonly isOptional: boolean } {
  return need.endsWith('?')
    ? { name: need.slice(0, -1), isOptional: true }
    : { name: need, isOptional: false };
}
