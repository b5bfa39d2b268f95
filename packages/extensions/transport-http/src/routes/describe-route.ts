import {
  bodyErrors,
  bytesErrors,
  codes,
  commonErrors,
  type ErrorCode,
  type HttpRoute,
  httpSchemas,
  toJsonSchema,
} from '@dispatch/wire';
import type { OpenApiOperation } from './served-route.ts';

type Schema = Readonly<Record<string, unknown>>;

/** The entry of one of the transport's own routes in `/openapi.json`. */
export function describeRoute(route: HttpRoute): OpenApiOperation {
  const { success } = route;
  const parameters = [...parametersOf('path', route.params), ...parametersOf('query', route.query)];
  const errors = [
    ...route.errors,
    ...(route.isOpen === true ? [] : commonErrors),
    ...(route.body === undefined ? [] : bodyErrors),
    ...(route.takesBytes === true ? bytesErrors : []),
  ];
  return {
    operationId: route.id,
    summary: route.summary,
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(route.body === undefined
      ? {}
      : { requestBody: bodyOf(reference(route.body), route.isBodyOptional !== true) }),
    ...(route.takesBytes === true ? { requestBody: bytesBody } : {}),
    responses: {
      [success.status]: {
        description: 'Done.',
        ...contentOf(success),
      },
      ...(success.orNoContent === true ? { 204: { description: 'Nothing to follow.' } } : {}),
      ...describeErrors(errors),
    },
    ...(route.isOpen === true ? { security: [] } : {}),
  };
}

function contentOf({ body, isNdjson, isBytes }: HttpRoute['success']) {
  if (isBytes === true) return { content: { 'application/octet-stream': {} } };
  if (body === undefined) return {};
  const mediaType = isNdjson === true ? 'application/x-ndjson' : 'application/json';
  return { content: { [mediaType]: { schema: reference(body) } } };
}

/** One response a status, which names its codes. */
export function describeErrors(errors: readonly ErrorCode[]): Record<string, unknown> {
  const byStatus = Map.groupBy(new Set(errors), (code) => codes[code].status);
  const content = { 'application/problem+json': { schema: reference('problem') } };
  return Object.fromEntries(
    [...byStatus].map(([status, sameStatus]) => [
      status,
      { description: sameStatus.map((code) => `\`${code}\``).join(', '), content },
    ]),
  );
}

export function bodyOf(schema: Schema, required: boolean): Schema {
  return { required, content: { 'application/json': { schema } } };
}

/** The body of a route that takes bytes as they are. */
export const bytesBody: Schema = { required: true, content: { '*/*': {} } };

/** The parameters that an object's JSON Schema stands for. */
export function parametersOfSchema(place: 'path' | 'query', schema: Schema): readonly Schema[] {
  const { properties, required } = schema;
  const needed = Array.isArray(required) ? required : [];
  return Object.entries(isRecord(properties) ? properties : {}).map(([name, value]) => ({
    name,
    in: place,
    required: place === 'path' || needed.includes(name),
    schema: value,
  }));
}

function parametersOf(place: 'path' | 'query', name: keyof typeof httpSchemas | undefined) {
  return name === undefined ? [] : parametersOfSchema(place, toJsonSchema(httpSchemas[name]));
}

function reference(name: string): Schema {
  return { $ref: `#/components/schemas/${name}` };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
