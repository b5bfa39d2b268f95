import type { Extension } from '@dispatch/contracts';
import type { PlannedExtension } from '../compose/order-extensions.ts';

/**
 * Runs `run` for each extension once those before it are through, as many at once as that allows.
 * After a failure none begins; those under way are waited for, then it rejects with the first.
 */
export async function runInOrder(
  order: readonly PlannedExtension[],
  run: (extension: Extension) => Promise<void>,
): Promise<void> {
  const through = new Map<string, Promise<void>>();
  const failures: unknown[] = [];
  const runOne = async (extension: Extension, earlier: readonly (Promise<void> | undefined)[]) => {
    await Promise.all(earlier);
    if (failures.length > 0) return;
    try {
      await run(extension);
    } catch (error) {
      failures.push(error);
    }
  };
  for (const { extension, after } of order) {
    const earlier = after.map((name) => through.get(name));
    through.set(extension.name, runOne(extension, earlier));
  }
  await Promise.all(through.values());
  if (failures.length > 0) throw failures[0];
}
