import type { ContractName, Extension, Need, RunningExtension } from '@dispatch/contracts';

interface PlainParts
  extends Partial<Omit<Extension, 'setup'>>,
    Omit<RunningExtension, 'contributes'> {
  readonly name: string;
  readonly contributes?: RunningExtension['contributes'];
  readonly setup?: Extension['setup'];
}

/** An extension of what a test cares for; it contributes an empty something for all it provides. */
export function plainExtension(parts: PlainParts): Extension {
  const { needs = [], provides = [], contributes, start, drain, dispose, ...rest } = parts;
  return {
    version: '1.2.3',
    apiVersion: 1,
    needs,
    provides,
    setup: async () => ({
      contributes: contributes ?? Object.fromEntries(provides.map((name) => [name, emptyOf(name)])),
      ...(start === undefined ? {} : { start }),
      ...(drain === undefined ? {} : { drain }),
      ...(dispose === undefined ? {} : { dispose }),
    }),
    ...rest,
  };
}

const singles: readonly ContractName[] = [
  'database',
  'store',
  'records',
  'blobs',
  'conversations',
  'inventory',
];

function emptyOf(name: ContractName): unknown {
  return singles.includes(name) ? {} : [];
}

export function declared(name: string, needs: readonly Need[], provides: readonly ContractName[]) {
  return { name, needs, provides };
}
