import type { Contribution, Extension, ExtensionInfo, Inventory } from '@dispatch/contracts';
import type { Tool } from '@dispatch/kernel';

export type ExtensionState = ExtensionInfo['state'];

/** What is known of each extension of a host; the contract `inventory` reads it. */
export interface StateBoard extends Inventory {
  set(name: string, state: ExtensionState): void;
  /** All but those that failed. */
  setAll(state: ExtensionState): void;
}

/** `contractsOf` tells what an extension has contributed; until it has, what it declares counts. */
export function createStateBoard(
  extensions: readonly Extension[],
  contractsOf: (name: string) => readonly string[] | undefined,
  tools: () => readonly Contribution<Tool>[],
): StateBoard {
  const states = new Map<string, ExtensionState>(extensions.map(({ name }) => [name, 'starting']));
  return {
    tools,
    set: (name, state) => {
      states.set(name, state);
    },
    setAll: (state) => {
      for (const { name } of extensions) {
        if (states.get(name) !== 'failed') states.set(name, state);
      }
    },
    extensions: () =>
      extensions.map(({ name, version, provides }) => ({
        id: name,
        version,
        state: states.get(name) ?? 'starting',
        contributes: contractsOf(name) ?? [...new Set(provides)],
      })),
  };
}
