/** Names for places that conversations belong to, with what holds for those that say nothing else. */
export interface Workspaces {
  /** Undefined where there is none. Rejects with `store-unavailable`. */
  get(workspaceId: string): Promise<Workspace | undefined>;
}

export interface Workspace {
  readonly workspaceId: string;
  readonly name: string;
  readonly defaultCwd?: string;
  readonly defaultComputerId?: string;
  readonly defaultModel?: string;
}
