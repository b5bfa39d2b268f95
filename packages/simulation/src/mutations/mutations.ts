import { foundMutations } from './found-mutations.ts';
import { hubMutations } from './hub-mutations.ts';
import { kernelMutations } from './kernel-mutations.ts';
import type { Mutation } from './mutation.ts';
import { orchestratorMutations } from './orchestrator-mutations.ts';
import { storeMutations } from './store-mutations.ts';

/** All that the simulation has to find. */
export const mutations: readonly Mutation[] = [
  ...kernelMutations,
  ...orchestratorMutations,
  ...hubMutations,
  ...storeMutations,
  ...foundMutations,
];
