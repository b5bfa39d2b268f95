import type { ContractName, Extension } from '@dispatch/contracts';
import { hostError } from '../errors.ts';
import { isContractName, isListContract, parseNeed } from './contracts.ts';

/** An extension and those that must be set up before it. */
export interface PlannedExtension {
  readonly extension: Extension;
  readonly after: readonly string[];
}

/** What ordering looks at. */
export type Declared = Pick<Extension, 'name' | 'needs' | 'provides'>;

/**
 * The order in which extensions are set up: each after all that provide what it needs, sinks and
 * what they need as early as they can be, otherwise as in the list. The same list gives the same
 * order. Throws `dependency-cycle`, naming the circle.
 *
 * Pure. An extension that both needs and provides a list gets the others' entries alone.
 */
export function orderExtensions<E extends Declared>(
  extensions: readonly E[],
): readonly { readonly extension: E; readonly after: readonly string[] }[] {
  const providers = providersByContract(extensions);
  const after = new Map(
    extensions.map((extension) => [extension.name, neededNames(extension, providers)]),
  );
  const byName = new Map(extensions.map((extension) => [extension.name, extension]));
  const order: { readonly extension: E; readonly after: readonly string[] }[] = [];
  const state = new Map<string, 'open' | 'done'>();
  const path: string[] = [];

  const visit = (extension: E) => {
    const { name } = extension;
    if (state.get(name) === 'done') return;
    path.push(name);
    if (state.get(name) === 'open') throw cycleError(path, byName, providers);
    state.set(name, 'open');
    const names = after.get(name) ?? [];
    for (const earlier of names) {
      const found = byName.get(earlier);
      if (found !== undefined) visit(found);
    }
    state.set(name, 'done');
    path.pop();
    order.push({ extension, after: names });
  };

  for (const extension of extensions) if (extension.provides.includes('sink')) visit(extension);
  for (const extension of extensions) visit(extension);
  return order;
}

function providersByContract(
  extensions: readonly Declared[],
): ReadonlyMap<ContractName, readonly string[]> {
  const providers = new Map<ContractName, string[]>();
  for (const { name, provides } of extensions) {
    for (const contract of provides) {
      const names = providers.get(contract);
      if (names === undefined) providers.set(contract, [name]);
      else names.push(name);
    }
  }
  return providers;
}

function neededNames(
  { name, needs }: Declared,
  providers: ReadonlyMap<ContractName, readonly string[]>,
): readonly string[] {
  const names = new Set<string>();
  for (const need of needs) {
    const contract = parseNeed(need).name;
    if (!isContractName(contract)) continue;
    for (const provider of providers.get(contract) ?? []) {
      if (provider !== name || !isListContract(contract)) names.add(provider);
    }
  }
  return [...names];
}

function cycleError(
  path: readonly string[],
  byName: ReadonlyMap<string, Declared>,
  providers: ReadonlyMap<ContractName, readonly string[]>,
): Error {
  const last = path.at(-1) ?? '';
  const circle = path.slice(path.indexOf(last));
  const steps = circle.slice(1).map((provider, index) => {
    const needs = byName.get(circle[index] ?? '')?.needs ?? [];
    const contract = needs
      .map((need) => parseNeed(need).name)
      .find((name) => isContractName(name) && providers.get(name)?.includes(provider));
    return `needs \`${contract ?? ''}\` of ${provider}`;
  });
  return hostError('dependency-cycle', {
    message: `Extensions need one another in a circle: ${last} ${steps.join(', which ')}.`,
    hint: 'Split one of them in two, so that what is needed first does not need the other.',
  });
}
