import type { IncomingHttpHeaders } from 'node:http';
import type { Contribution, Route, RouteReply, Schema } from '@dispatch/contracts';
import type { JsonValue } from '@dispatch/kernel';
import {
  checkInput,
  commonErrors,
  contributedRoutes,
  emptyBody,
  emptyQuery,
  type HttpRoute,
  httpRoutes,
} from '@dispatch/wire';
import { type Answer, emptyAnswer, jsonAnswer, refusal } from '../answer.ts';
import { transportError } from '../errors.ts';
import { parseJson } from '../requests/parse-json.ts';
import {
  bodyOf,
  bytesBody,
  describeErrors,
  describeRoute,
  parametersOfSchema,
} from './describe-route.ts';
import type { OpenApiOperation, ServedRoute } from './served-route.ts';

/** The routes that extensions contribute, served as the transport's own. `invalid-route`. */
export function extensionRoutes(
  contributions: readonly Contribution<Route>[],
): readonly ServedRoute[] {
  return contributions.map(({ extension, value: route }) => {
    refusePath(extension, route);
    return {
      method: route.method,
      path: route.path,
      isOpen: false,
      takesBytes: route.bytes !== undefined,
      extension,
      describe: () => describe(route),
      async handle({ params, query, headers, body, readBytes, signal }) {
        const { bytes } = route;
        const reply = await route.handle({
          params,
          query: checkPart(route.query, emptyQuery, query),
          body: checkBody(route, body),
          headers: pickHeaders(route.headers ?? [], headers),
          ...(bytes === undefined ? {} : { readBytes: () => readBytes(bytes.maxBytes) }),
          signal: signal(),
        });
        return toAnswer(reply);
      },
    };
  });
}

function refusePath(extension: string, { method, path }: Route): void {
  if (/^(\/(:[a-z][A-Za-z0-9]*|[A-Za-z0-9._~-]+))+$/.test(path)) return;
  throw transportError(
    'invalid-route',
    `The route ${method} ${JSON.stringify(path)} of ${extension} is not of the form /name/:parameter.`,
  );
}

function pickHeaders(names: readonly string[], headers: IncomingHttpHeaders) {
  const picked = names.flatMap((name): [string, string][] => {
    const value = headers[name];
    return typeof value === 'string' ? [[name, value]] : [];
  });
  return Object.fromEntries(picked);
}

function checkBody(route: Route, text: string | undefined): JsonValue {
  if (text !== undefined) return checkPart(route.body, emptyBody, parseJson(text));
  if (route.body === undefined) return {};
  throw refusal('invalid-json', 'The request has no body; this route takes one of JSON.');
}

/** By the route's schema, or where it takes nothing by the empty one, which names what is too much. */
function checkPart(
  schema: Schema<JsonValue> | undefined,
  nothing: typeof emptyBody,
  value: unknown,
): JsonValue {
  if (schema === undefined) {
    const checked = checkInput(nothing, value);
    if (checked.ok) return {};
    throw refusal('invalid-input', checked.message);
  }
  const parsed = schema.parse(value);
  if (parsed.ok) return parsed.value;
  const told = parsed.issues
    .slice(0, 3)
    .map(({ path, message }) => (path === '' ? `The input ${message}` : `\`${path}\` ${message}`));
  throw refusal('invalid-input', `${told.join('; ')}.`);
}

function toAnswer(reply: RouteReply): Answer {
  const { status, headers = {} } = reply;
  if ('bytes' in reply) {
    const { mediaType, bytes: text } = reply;
    return { kind: 'text', status, mediaType, text, headers };
  }
  if ('pieces' in reply) {
    const { mediaType, pieces, size } = reply;
    return { kind: 'pieces', status, mediaType, pieces, size, headers };
  }
  const { json } = reply;
  return json === undefined
    ? emptyAnswer(status, headers)
    : jsonAnswer(status, JSON.stringify(json), headers);
}

/** A route of the protocol is described as the protocol has it, any other by what it says itself. */
function describe(route: Route): OpenApiOperation {
  const known = protocolRoutes.find(
    ({ method, path }) => method === route.method && path === route.path,
  );
  return known === undefined ? describeOwn(route) : describeRoute(known);
}

const protocolRoutes: readonly HttpRoute[] = [...httpRoutes, ...contributedRoutes];

function describeOwn(route: Route): OpenApiOperation {
  const names = [...route.path.matchAll(/:([A-Za-z0-9]+)/g)].map(([, name = '']) => name);
  const properties = Object.fromEntries(names.map((name) => [name, { type: 'string' }]));
  const parameters = [
    ...parametersOfSchema('path', { properties }),
    ...(route.query === undefined
      ? []
      : parametersOfSchema('query', { ...route.query.jsonSchema })),
  ];
  return {
    summary: route.summary,
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(route.body === undefined
      ? {}
      : { requestBody: bodyOf({ ...route.body.jsonSchema }, true) }),
    ...(route.bytes === undefined ? {} : { requestBody: bytesBody }),
    responses: { '2XX': { description: 'Done.' }, ...describeErrors(commonErrors) },
  };
}
