import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Upgrade } from '@dispatch/contracts';
import { problemOf } from '@dispatch/wire';
import { type AccessPolicy, decideAccess } from '../access/decide-access.ts';
import { readUpgradeAccess, subprotocolsOf } from '../access/read-access-request.ts';
import { answerRaw } from './raw-answer.ts';

/** Hands connections over to the protocols that take them, once their requests may come in. */
export function serveUpgrades(
  server: Server,
  upgrades: readonly Upgrade[],
  policy: () => AccessPolicy,
  isClosing: () => boolean,
): void {
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const upgrade = upgrades.find(({ path }) => path === request.url?.replace(/\?.*$/s, ''));
    // Until it is handed over nobody else listens for its end.
    const ignore = () => {};
    socket.on('error', ignore);
    const refusal = upgrade && refuse(upgrade, request, policy(), isClosing());
    if (upgrade === undefined || refusal !== undefined) {
      answerRaw(
        socket,
        refusal?.status ?? 404,
        refusal ?? problemOf('not-found', 'No such route.'),
      );
      return;
    }
    socket.off('error', ignore);
    upgrade.handle(request, socket, head);
  });
}

function refuse(
  upgrade: Upgrade,
  request: IncomingMessage,
  policy: AccessPolicy,
  isClosing: boolean,
) {
  const access = decideAccess(policy, readUpgradeAccess(request));
  if (!access.isAllowed) return problemOf(access.code, access.detail);
  if (isClosing) return problemOf('stopping', 'The host is stopping.');
  if (subprotocolsOf(request).includes(upgrade.subprotocol)) return undefined;
  return problemOf('invalid-input', `Offer the subprotocol ${upgrade.subprotocol}.`);
}
