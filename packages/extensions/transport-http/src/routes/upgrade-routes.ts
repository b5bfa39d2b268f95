import type { Contribution, Upgrade } from '@dispatch/contracts';
import { problemOf } from '@dispatch/wire';
import { problemAnswer } from '../answer.ts';
import type { ServedRoute } from './served-route.ts';

/** What a plain request for a protocol's path is answered: to come back with an upgrade. */
export function upgradeRoutes(upgrades: readonly Contribution<Upgrade>[]): readonly ServedRoute[] {
  return upgrades.map(({ extension, value: { path, subprotocol } }) => ({
    method: 'GET',
    path,
    isOpen: false,
    extension,
    describe: () => ({ summary: `Upgrades to ${subprotocol}.` }),
    handle() {
      const detail = `This route takes a WebSocket of the subprotocol ${subprotocol} alone.`;
      const problem = { ...problemOf('invalid-input', detail), status: 426 };
      return problemAnswer(problem, { upgrade: 'websocket', connection: 'upgrade' });
    },
  }));
}
