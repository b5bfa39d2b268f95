import type { Runtime } from '@dispatch/contracts';
import type { CommandStore, VersionedCommand } from './command-store.ts';
import type { StoredCommand } from './stored-command.ts';

/**
 * Without a sign of life for so long, a host's commands are lost; one that was frozen and comes back
 * says that they are not. By the walls of two hosts, which may differ.
 */
const lostAfterMs = 10_000;

/** How hosts tell one another that they live, for as long as they run commands. */
export interface HostSigns {
  /** This life of the host, from its start to its end. */
  readonly lifeId: string;
  /** What an earlier life of this host still ran is lost: it has ended. Rejects as the store does. */
  begin(): Promise<void>;
  /** Rejects as the store does. */
  sign(): Promise<void>;
  /** What stands of a command: lost, where its host shows no sign. `isOurs`: it runs on this one. */
  settle(found: VersionedCommand, isOurs: (commandId: string) => boolean): Promise<StoredCommand>;
  /** None of this host's commands runs: one that could not be told of its end is lost now. */
  dispose(): Promise<void>;
}

/** @param hostId The same after a restart, and nobody else's; absent: nothing is known of earlier lives. */
export function createHostSigns(
  store: CommandStore,
  runtime: Pick<Runtime, 'newId' | 'wallNow'>,
  hostId: string | undefined,
): HostSigns {
  const lifeId = runtime.newId();
  let hasSigned = false;

  const isAlive = async (other: string) => {
    const at = await store.readSign(other);
    if (at === undefined) return false;
    if (runtime.wallNow() - at <= lostAfterMs) return true;
    // All of its commands are lost: that it lived once tells nobody anything.
    await store.removeSign(other);
    return false;
  };

  return {
    lifeId,
    async begin() {
      const earlier = hostId === undefined ? undefined : await store.readLife(hostId);
      if (earlier !== undefined) await store.removeSign(earlier);
    },
    async sign() {
      if (!hasSigned && hostId !== undefined) await store.writeLife(hostId, lifeId);
      hasSigned = true;
      await store.signLife(lifeId, runtime.wallNow());
    },
    async settle({ stored }, isOurs) {
      if (stored.state !== 'running' || isOurs(stored.commandId)) return stored;
      if (stored.hostId !== lifeId && (await isAlive(stored.hostId))) return stored;
      const stands = await store.update(stored.commandId, (now) =>
        now.state === 'running' ? { ...now, state: 'lost' } : undefined,
      );
      return stands ?? stored;
    },
    async dispose() {
      if (hasSigned) await store.removeSign(lifeId).catch(() => {});
    },
  };
}
