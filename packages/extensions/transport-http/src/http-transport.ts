import type {
  ComputerSource,
  Contribution,
  Conversations,
  Follower,
  Inventory,
  Route,
  Runtime,
  Transport,
  Upgrade,
} from '@dispatch/contracts';
import type { Logger } from '@dispatch/kernel';
import type { AccessPolicy } from './access/decide-access.ts';
import { isLoopback } from './access/loopback.ts';
import { ownNames } from './access/own-names.ts';
import { tokenCheck } from './access/token-check.ts';
import { transportError } from './errors.ts';
import type { HttpTransportOptions } from './options.ts';
import { extensionRoutes } from './routes/extension-routes.ts';
import { createHandlers } from './routes/handlers.ts';
import { listComputers } from './routes/list-computers.ts';
import { openApiText } from './routes/openapi.ts';
import { ownRoutes } from './routes/own-routes.ts';
import { joinRoutes } from './routes/route-table.ts';
import { upgradeRoutes } from './routes/upgrade-routes.ts';
import { closeServer } from './server/close-server.ts';
import { createHttpServer } from './server/create-server.ts';
import { listen, urlOf } from './server/listen.ts';
import { serveUpgrades } from './server/serve-upgrades.ts';

export interface HttpTransportDependencies {
  readonly options: HttpTransportOptions;
  readonly conversations: Conversations;
  readonly inventory: Inventory;
  readonly computers: readonly Contribution<ComputerSource>[];
  readonly routes: readonly Contribution<Route>[];
  readonly upgrades: readonly Contribution<Upgrade>[];
  readonly runtime: Pick<Runtime, 'now' | 'sleep' | 'newAbortController'>;
  readonly logger: Logger;
  /** Fires when the host stops. */
  readonly signal: AbortSignal;
}

/**
 * Makes the HTTP transport, ready to listen: WIRE.md sections 4 and 6. Rejects where a contributed
 * route can not be served (`invalid-route`, `route-clash`) or the address needs a token that is not
 * there (`token-required`).
 */
export async function createHttpTransport(
  dependencies: HttpTransportDependencies,
): Promise<Transport> {
  const { options, conversations, inventory, runtime, logger, signal } = dependencies;
  const bind = options.bind === 'localhost' ? '127.0.0.1' : options.bind;
  refuseOpenDoor(options);

  const followers = new Set<Follower>();
  const upgrades = dependencies.upgrades.map(({ value }) => value);
  let policy = policyOf(options, bind, options.port);
  let closing: Promise<void> | undefined;
  const isClosing = () => closing !== undefined;

  let openApi: string | undefined;
  const handlers = createHandlers({
    conversations,
    inventory,
    computers: () => listComputers({ sources: dependencies.computers, runtime, logger }),
    openApi: () => {
      openApi ??= openApiText(described);
      return openApi;
    },
    isStopping: () => signal.aborted,
  });
  const described = joinRoutes(ownRoutes(handlers), extensionRoutes(dependencies.routes));
  const routes = joinRoutes(
    described.map((route) => ({ ...route, givesWay: false })),
    upgradeRoutes(dependencies.upgrades),
  );

  const serving = { policy: () => policy, routes, followers, isClosing, runtime, logger };
  const upgradePaths = new Set(upgrades.map(({ path }) => path));
  const server = await createHttpServer({ serving, upgradePaths });
  serveUpgrades(server, upgrades, () => policy, isClosing);

  return {
    name: 'http',
    async listen() {
      const port = await listen(server, options.port, bind);
      server.on('error', (error) => logger.error('The server failed.', { error: error.message }));
      policy = policyOf(options, bind, port);
      return { url: urlOf(bind, port) };
    },
    close() {
      closing ??= closeServer({ server, followers, upgrades, runtime });
      return closing;
    },
  };
}

function policyOf(options: HttpTransportOptions, bind: string, port: number): AccessPolicy {
  const { token, hosts, origins } = options;
  return {
    ...(token === undefined ? {} : { checkToken: tokenCheck(token) }),
    isOwnName: ownNames(bind, port, hosts),
    origins: new Set(origins),
  };
}

/** The options say so too; whoever makes a transport without them must not open one by mistake. */
function refuseOpenDoor({ bind, token }: HttpTransportOptions): void {
  if (token !== undefined || isLoopback(bind)) return;
  throw transportError('token-required', `Listening on ${bind} needs a token.`, {
    hint: 'Without one everybody in the network could run commands here.',
  });
}
