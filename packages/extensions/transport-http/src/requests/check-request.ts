import { checkInput, emptyBody, emptyQuery, type HttpRoute, httpSchemas } from '@dispatch/wire';
import { refusal } from '../answer.ts';
import type { RawRequest } from '../routes/served-route.ts';
import { parseJson } from './parse-json.ts';

/** The parts of a request, of the forms that its route names. */
export interface CheckedRequest {
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
}

/** Throws `invalid-json`, or `invalid-input` that names the field or the parameter. */
export function checkRequest(route: HttpRoute, request: RawRequest): CheckedRequest {
  const params = route.params === undefined ? {} : check(route.params, request.params);
  const query = read(
    route.query === undefined ? emptyQuery : httpSchemas[route.query],
    request.query,
  );
  return { params, query, body: checkBody(route, request.body) };
}

function checkBody(route: HttpRoute, text: string | undefined): unknown {
  const schema = route.body === undefined ? emptyBody : httpSchemas[route.body];
  if (text !== undefined) return read(schema, parseJson(text));
  if (route.body === undefined || route.isBodyOptional === true) return read(schema, {});
  throw refusal('invalid-json', 'The request has no body; this route takes one of JSON.');
}

function check(name: keyof typeof httpSchemas, value: unknown): unknown {
  return read(httpSchemas[name], value);
}

type AnySchema = (typeof httpSchemas)[keyof typeof httpSchemas];

function read(schema: AnySchema | typeof emptyQuery, value: unknown): unknown {
  const checked = checkInput<unknown>(schema, value);
  if (checked.ok) return checked.value;
  throw refusal('invalid-input', checked.message);
}
