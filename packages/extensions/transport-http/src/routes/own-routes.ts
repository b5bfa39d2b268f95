import { type HttpRoute, type HttpRouteId, httpRoutes, type httpSchemas } from '@dispatch/wire';
import type { Answer } from '../answer.ts';
import { checkRequest } from '../requests/check-request.ts';
import { describeRoute } from './describe-route.ts';
import type { ServedRoute } from './served-route.ts';

type OwnRoute<Id extends HttpRouteId> = Extract<(typeof httpRoutes)[number], { readonly id: Id }>;

type Part<Id extends HttpRouteId, Key extends string> =
  OwnRoute<Id> extends { readonly [K in Key]: infer Name extends keyof typeof httpSchemas }
    ? (typeof httpSchemas)[Name]['_zod']['output']
    : unknown;

/** The parts of a request, as the route's schemas make them. */
export interface OwnRequest<Id extends HttpRouteId> {
  readonly params: Part<Id, 'params'>;
  readonly query: Part<Id, 'query'>;
  readonly body: Part<Id, 'body'>;
}

/** What serves each route of WIRE.md section 4. A method, so that the table below can hold them all. */
export type OwnHandlers = {
  readonly [Id in HttpRouteId]: {
    handle(request: OwnRequest<Id>): Answer | Promise<Answer>;
  };
};

const ownName = '@dispatch/transport-http';

/** Lists of what no extension of the standard set brings: who contributes such a route replaces it. */
const givesWay: ReadonlySet<HttpRouteId> = new Set([
  'listSurfaces',
  'listWorkspaces',
  'listCommands',
] as const);

/** Joins the table of routes with what serves them. */
export function ownRoutes(handlers: OwnHandlers): readonly (ServedRoute & {
  readonly givesWay: boolean;
})[] {
  return httpRoutes.map((route: HttpRoute & { readonly id: HttpRouteId }) => {
    const handler: { handle(request: unknown): Answer | Promise<Answer> } = handlers[route.id];
    return {
      method: route.method,
      path: route.path,
      isOpen: route.isOpen === true,
      extension: ownName,
      givesWay: givesWay.has(route.id),
      describe: () => describeRoute(route),
      handle: (request) => handler.handle(checkRequest(route, request)),
    };
  });
}
