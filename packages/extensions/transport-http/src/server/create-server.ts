import { createServer, type IncomingMessage, type Server } from 'node:http';
import fastify, { type FastifyError, type FastifyReply, type FastifyRequest } from 'fastify';
import { refusal } from '../answer.ts';
import type { ServedRoute } from '../routes/served-route.ts';
import { answerMalformed } from './raw-answer.ts';
import { type Serving, serveRequest } from './serve-request.ts';

/** What the server is told apart from its routes. */
export interface ServerOptions {
  readonly serving: Serving;
  /** Paths whose connections another protocol takes over. */
  readonly upgradePaths: ReadonlySet<string>;
}

/**
 * An HTTP server that does not listen yet. Fastify routes and guards the life of a request; checks
 * and answers are this package's own, so that validators and serialisers, which cost most of
 * fastify's start, are never loaded.
 */
export async function createHttpServer({ serving, upgradePaths }: ServerOptions): Promise<Server> {
  const app = fastify({
    logger: false,
    exposeHeadRoutes: false,
    return503OnClosing: false,
    schemaController: { compilersFactory: { buildValidator: none, buildSerializer: none } },
    // What is too long is refused by its schema, with a name.
    routerOptions: { maxParamLength: 16 * 1024, querystringParser: () => ({}) },
    frameworkErrors: (_, request, reply) => {
      take(request, reply, undefined, refusal('invalid-input', 'The path is not a valid URL.'));
    },
    clientErrorHandler: answerMalformed,
    serverFactory: (handler) => {
      const server = createServer(limitsOf(upgradePaths), handler);
      // The client waits for a word before it sends its body: that comes when the body is wanted.
      server.on('checkContinue', handler);
      return server;
    },
  });

  const take = (
    request: FastifyRequest,
    reply: FastifyReply,
    route: ServedRoute | undefined,
    problem?: Error,
  ) => {
    reply.hijack();
    const taken = {
      raw: request.raw,
      response: reply.raw,
      route,
      params: paramsOf(request.params),
      ...(problem === undefined ? {} : { problem }),
    };
    void serveRequest(serving, taken);
  };

  // The body is read by `readBody`, after it is known that the request may come in.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, _payload, done) => done(null));
  for (const route of serving.routes) {
    app.route({
      method: route.method === 'GET' ? ['GET', 'HEAD'] : [route.method],
      url: route.path,
      handler: (request, reply) => take(request, reply, route),
    });
  }
  app.setNotFoundHandler((request, reply) => take(request, reply, undefined));
  app.setErrorHandler<FastifyError>((error, request, reply) => {
    const isMediaType = error.code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE';
    take(request, reply, undefined, isMediaType ? strangeMediaType() : error);
  });
  await app.ready();
  return app.server;
}

function strangeMediaType(): Error {
  const message = 'The Content-Type of the body can not be read.';
  return refusal('unsupported-media-type', message);
}

const none = () => () => (value: unknown) => JSON.stringify(value);

function limitsOf(upgradePaths: ReadonlySet<string>) {
  return {
    keepAlive: true,
    keepAliveTimeout: 75_000,
    // Who sends a request byte by byte has so long.
    headersTimeout: 60_000,
    requestTimeout: 300_000,
    maxHeaderSize: 16 * 1024,
    // A client that offers another protocol for a usual route is served as if it had not.
    shouldUpgradeCallback: ({ url }: IncomingMessage) =>
      upgradePaths.has(url?.replace(/\?.*$/s, '') ?? ''),
  };
}

function paramsOf(params: unknown): Readonly<Record<string, string>> {
  const entries = Object.entries(typeof params === 'object' && params !== null ? params : {});
  return Object.fromEntries(
    entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}
