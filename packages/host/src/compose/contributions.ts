import type { ContractName, Contribution, Extension } from '@dispatch/contracts';
import { hostError } from '../errors.ts';
import { isContractName, isListContract, parseNeed } from './contracts.ts';

type Contributes = Readonly<Partial<Record<ContractName, unknown>>>;

/** What the extensions of one host have contributed so far. */
export interface Contributions {
  /** Checks it against what the extension declares; throws `bad-contribution`. */
  add(extension: Extension, contributes: Contributes): void;
  /** What the extension asked for, and nothing else. */
  neededBy(extension: Extension): Readonly<Record<string, unknown>>;
  /** A list contract's entries, in the order of the host's list of extensions. */
  list(contract: ContractName, exceptOf?: string): readonly Contribution<unknown>[];
  /** The contracts that an extension has something for. */
  contractsOf(name: string): readonly ContractName[];
}

/** `own` is what the host provides itself. */
export function createContributions(
  extensions: readonly Extension[],
  own: Contributes,
): Contributions {
  const byExtension = new Map<string, Contributes>();

  const single = (contract: ContractName): unknown => {
    if (own[contract] !== undefined) return own[contract];
    for (const contributes of byExtension.values()) {
      if (contributes[contract] !== undefined) return contributes[contract];
    }
    return undefined;
  };

  const list = (contract: ContractName, exceptOf?: string): readonly Contribution<unknown>[] =>
    extensions.flatMap(({ name }) => {
      const values = name === exceptOf ? undefined : byExtension.get(name)?.[contract];
      return Array.isArray(values)
        ? values.map((value: unknown) => ({ extension: name, value }))
        : [];
    });

  return {
    add(extension, contributes) {
      checkContribution(extension, contributes);
      byExtension.set(extension.name, contributes);
    },
    neededBy(extension) {
      const needed: Record<string, unknown> = {};
      for (const need of extension.needs) {
        const { name } = parseNeed(need);
        if (!isContractName(name)) continue;
        needed[name] = isListContract(name) ? list(name, extension.name) : single(name);
      }
      return needed;
    },
    list,
    contractsOf: (name) =>
      Object.entries(byExtension.get(name) ?? {})
        .filter(([, value]) => !Array.isArray(value) || value.length > 0)
        .map(([contract]) => contract)
        .filter(isContractName),
  };
}

function checkContribution({ name, provides }: Extension, contributes: Contributes): void {
  const hint = `\`provides\` of ${name} says ${provides.map((contract) => `\`${contract}\``).join(', ') || 'nothing'}; \`setup\` must return exactly these in \`contributes\`.`;
  for (const contract of provides) {
    const value = contributes[contract];
    if (value === undefined || value === null) {
      throw hostError('bad-contribution', {
        message: `${name} declares \`${contract}\` and does not contribute it.`,
        hint,
      });
    }
    if (isListContract(contract) && !Array.isArray(value)) {
      throw hostError('bad-contribution', {
        message: `${name} contributes one value for \`${contract}\`, which takes a list.`,
        hint: `Return \`contributes: { ${contract}: [value] }\`.`,
      });
    }
  }
  for (const contract of Object.keys(contributes)) {
    if (provides.some((declared) => declared === contract)) continue;
    throw hostError('bad-contribution', {
      message: `${name} contributes \`${contract}\`, which it does not declare.`,
      hint,
    });
  }
}
