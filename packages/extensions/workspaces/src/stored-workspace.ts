import type { Workspace } from '@dispatch/contracts';
import { z } from 'zod';

const schema = z.object({
  name: z.string(),
  defaultCwd: z.string().exactOptional(),
  defaultComputerId: z.string().exactOptional(),
  defaultModel: z.string().exactOptional(),
});

/** Throws where the text was not made by `writeStored`. */
export function readStored(workspaceId: string, json: string): Workspace {
  return { workspaceId, ...schema.parse(JSON.parse(json)) };
}

/** The same text for the same workspace. */
export function writeStored(workspace: Workspace): string {
  const { name, defaultCwd, defaultComputerId, defaultModel } = workspace;
  return JSON.stringify({ name, defaultCwd, defaultComputerId, defaultModel });
}
