import { apiVersion, type ContractName, type Extension } from '@dispatch/contracts';
import { hostError, messageOf } from '../errors.ts';
import { hostName } from '../host-name.ts';
import {
  contractNames,
  exampleProvider,
  isContractName,
  isListContract,
  parseNeed,
} from './contracts.ts';
import { nearestName } from './nearest-name.ts';

/**
 * Everything about a list of extensions that can be told without running any of them. Throws the
 * first thing that is wrong.
 */
export function checkExtensions(
  extensions: readonly Extension[],
  options: Readonly<Record<string, unknown>>,
): void {
  checkNames(extensions);
  for (const extension of extensions) checkDeclaration(extension);
  const providers = singleProviders(extensions);
  for (const extension of extensions) checkNeeds(extension, extensions, providers);
  checkOptions(extensions, options);
}

function checkNames(extensions: readonly Extension[]): void {
  const seen = new Set<string>([hostName]);
  for (const { name } of extensions) {
    if (seen.has(name)) {
      throw hostError('duplicate-extension', {
        message: `The extension ${name} is in the host's list twice.`,
        hint: 'Remove one of them. An extension that is wanted twice needs a factory that makes it under another name.',
      });
    }
    seen.add(name);
  }
}

function checkDeclaration(extension: Extension): void {
  if (extension.apiVersion !== apiVersion) {
    throw hostError('api-version-mismatch', {
      message: `${extension.name} ${extension.version} was written for version ${extension.apiVersion} of the contracts; this host has version ${apiVersion}.`,
      hint: `Use a version of ${extension.name} made for @dispatch/contracts ${apiVersion}.x, or update the host.`,
    });
  }
  const named = [...extension.provides, ...extension.needs.map((need) => parseNeed(need).name)];
  for (const name of named) {
    if (isContractName(name)) continue;
    const nearest = nearestName(name, contractNames);
    throw hostError('contract-unknown', {
      message: `${extension.name} names the contract \`${name}\`, which does not exist.`,
      hint:
        nearest === undefined
          ? `The contracts are ${contractNames.join(', ')}.`
          : `Did you mean \`${nearest}\`?`,
    });
  }
}

function singleProviders(extensions: readonly Extension[]): ReadonlyMap<ContractName, string> {
  const providers = new Map<ContractName, string>([['inventory', hostName]]);
  for (const { name, provides } of extensions) {
    for (const contract of provides) {
      if (isListContract(contract)) continue;
      const other = providers.get(contract);
      if (other !== undefined) {
        throw hostError('duplicate-provider', {
          message: `${other} and ${name} both provide \`${contract}\`; a host can have one.`,
          hint: `Remove one of the two from \`extensions\`.`,
        });
      }
      providers.set(contract, name);
    }
  }
  return providers;
}

function checkNeeds(
  extension: Extension,
  extensions: readonly Extension[],
  providers: ReadonlyMap<ContractName, string>,
): void {
  for (const need of extension.needs) {
    const { name, isOptional } = parseNeed(need);
    if (isOptional || !isContractName(name) || isListContract(name) || providers.has(name))
      continue;
    throw hostError('missing-provider', {
      message: `${extension.name} needs \`${name}\`, and none of the ${extensions.length} extensions in the list provides it.`,
      hint: `Add one that does to \`extensions\`, for instance ${exampleProvider(name)}.`,
    });
  }
}

function checkOptions(
  extensions: readonly Extension[],
  options: Readonly<Record<string, unknown>>,
): void {
  const names = extensions.map((extension) => extension.name);
  for (const name of Object.keys(options)) {
    if (names.includes(name)) continue;
    const nearest = nearestName(name, names);
    throw hostError('options-unclaimed', {
      message: `There are options for ${name}, which is not in the host's list of extensions.`,
      hint:
        nearest === undefined
          ? 'Add the extension, or remove its options.'
          : `Did you mean ${nearest}?`,
    });
  }
  for (const { name, checkOptions } of extensions) {
    try {
      checkOptions?.(options[name]);
    } catch (error) {
      throw hostError('bad-options', {
        message: `The options of ${name} are not what it takes: ${messageOf(error)}`,
        hint: `See the options in the README of ${name}.`,
        cause: error,
        details: { extension: name },
      });
    }
  }
}
