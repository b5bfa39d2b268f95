/** What the host is made of. Provided by the host itself. */
export interface Inventory {
  extensions(): readonly ExtensionInfo[];
}

export interface ExtensionInfo {
  readonly id: string;
  readonly version: string;
  readonly state: 'starting' | 'running' | 'stopping' | 'stopped' | 'failed';
  /** Names of contracts, each once. */
  readonly contributes: readonly string[];
}
