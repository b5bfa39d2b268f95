import type { Tool } from '@dispatch/kernel';
import type { Contribution } from './extension.ts';

/** What the host is made of. Provided by the host itself. */
export interface Inventory {
  extensions(): readonly ExtensionInfo[];
  /**
   * The tools that were contributed so far: all of them once the host has started. For who is needed
   * by those that tools need, and so can not need `tool` itself.
   */
  tools(): readonly Contribution<Tool>[];
}

export interface ExtensionInfo {
  readonly id: string;
  readonly version: string;
  readonly state: 'starting' | 'running' | 'stopping' | 'stopped' | 'failed';
  /** Names of contracts, each once. */
  readonly contributes: readonly string[];
}
