import { apiVersion, type Extension } from '@dispatch/contracts';
import { describe, expect, it } from 'vitest';
import { fakeExtensionContext } from './extension/fake-extension-context.ts';

export interface ExtensionFixture {
  /** Options that it takes. */
  readonly options?: unknown;
  /** Stand-ins for what it needs, by contract. */
  readonly needed?: Readonly<Record<string, unknown>>;
}

/** The suite of the contract `extension`: what a host relies on before it knows anything else of it. */
export function extensionConformance(
  name: string,
  extension: Extension,
  fixture: () => ExtensionFixture | Promise<ExtensionFixture> = () => ({}),
): void {
  describe(`${name}: extension contract`, () => {
    it('says who it is, and which contracts it was written for', () => {
      expect(extension.name).toMatch(/\S/);
      expect(extension.version).toMatch(/^\d+\.\d+\.\d+/);
      expect(Math.floor(extension.apiVersion)).toBe(apiVersion);
      expect(new Set(extension.provides).size).toBe(extension.provides.length);
    });

    it('contributes what it provides, and closes what it opened, twice', async () => {
      const { options, needed = {} } = await fixture();
      const running = await extension.setup(fakeExtensionContext(), needed, options);
      try {
        expect(Object.keys(running.contributes).sort()).toEqual([...extension.provides].sort());
      } finally {
        await running.dispose?.();
        await running.dispose?.();
      }
    });

    it('refuses an option that it does not know, by its name', async () => {
      const { options, needed = {} } = await fixture();
      const known = typeof options === 'object' ? options : {};
      const unknown = { ...known, optionThatNobodyKnows: 1 };
      await expect(extension.setup(fakeExtensionContext(), needed, unknown)).rejects.toThrow(
        'optionThatNobodyKnows',
      );
    });
  });
}
