import type { Extension } from '@dispatch/contracts';
import { checkExtensions } from './check-extensions.ts';
import { orderExtensions } from './order-extensions.ts';

/**
 * Throws where a host of these extensions could not be composed: what `start` of a host checks
 * before it sets anything up, options included. Runs none of them.
 */
export function checkComposition(
  extensions: readonly Extension[],
  options: Readonly<Record<string, unknown>> = {},
): void {
  checkExtensions(extensions, options);
  orderExtensions(extensions);
}
