import type { Runtime } from '@dispatch/contracts';
import type { Logger } from '@dispatch/kernel';
import type { ConnectionOptions, NatsConnection } from '@nats-io/transport-node';
import type { BusNatsOptions } from './options.ts';

export interface LinkOptions extends BusNatsOptions {
  readonly runtime: Runtime;
  readonly logger: Logger;
  /** Called with each new client, before it is said to be up: it has no subscriptions yet. */
  readonly onClient: (client: NatsConnection) => void;
}

const firstRetryMs = 50;
const lastRetryMs = 2000;

/**
 * A connection to one of the servers, made again whenever it is lost. The client does that itself,
 * subscriptions included, once it was connected; until then, and where it gives up, this does.
 */
export function createLink(options: LinkOptions) {
  const { runtime, logger } = options;
  const stop = runtime.newAbortController();
  let client: NatsConnection | undefined;
  let isUp = false;
  let isTold = false;
  let waiting: (() => void)[] = [];

  function up(): void {
    if (isTold) logger.info('The bus is connected again.');
    isTold = false;
    isUp = true;
    for (const resolve of waiting) resolve();
    waiting = [];
  }

  function down(reason: string): void {
    isUp = false;
    if (isTold || stop.signal.aborted) return;
    isTold = true;
    logger.warn('The bus is not connected.', { error: withoutSecrets(reason, options) });
  }

  async function watch(connection: NatsConnection): Promise<void> {
    for await (const status of connection.status()) {
      if (status.type === 'disconnect') down('The connection was lost.');
      if (status.type === 'reconnect') up();
      if (status.type === 'error') {
        logger.warn('The server of the bus refuses something.', {
          error: withoutSecrets(String(status.error), options),
        });
      }
    }
  }

  async function run(): Promise<void> {
    let retryMs = firstRetryMs;
    while (!stop.signal.aborted) {
      try {
        // Loaded by those only who use it.
        const { connect } = await import('@nats-io/transport-node');
        const connection = await connect(connectionOptions(options));
        if (stop.signal.aborted) return await connection.close();
        client = connection;
        retryMs = firstRetryMs;
        options.onClient(connection);
        // How the connection ends is told below.
        watch(connection).catch(() => {});
        up();
        const error = await connection.closed();
        client = undefined;
        down(String(error ?? 'The client gave up.'));
      } catch (error) {
        down(String(error));
      }
      await runtime.sleep(retryMs * (0.5 + runtime.random() / 2), stop.signal);
      retryMs = Math.min(retryMs * 2, lastRetryMs);
    }
  }

  void run();

  return {
    /** The connection, while it is up. */
    current: (): NatsConnection | undefined => (isUp ? client : undefined),
    /** Resolves when it is up, however long that takes. */
    async connected(): Promise<NatsConnection> {
      for (;;) {
        if (isUp && client !== undefined) return client;
        await new Promise<void>((resolve) => waiting.push(resolve));
      }
    },
    async close(): Promise<void> {
      stop.abort();
      isUp = false;
      await client?.close();
    },
  };
}

function connectionOptions(options: BusNatsOptions): ConnectionOptions {
  const { servers, token, user, password } = options;
  return {
    servers: [...servers],
    ...(token === undefined ? {} : { token }),
    ...(user === undefined || password === undefined ? {} : { user, pass: password }),
    name: 'dispatch',
    noEcho: true,
    timeout: 5000,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 250,
    // A password that was changed comes into force at the servers one by one.
    ignoreAuthErrorAbort: true,
    pingInterval: 10_000,
  };
}

function withoutSecrets(text: string, { token, password }: BusNatsOptions): string {
  return [token, password].reduce<string>(
    (clean, secret) => (secret === undefined ? clean : clean.replaceAll(secret, '[redacted]')),
    text,
  );
}
