import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Follower, Runtime } from '@dispatch/contracts';
import { isCodedError } from '@dispatch/contracts';
import type { Logger } from '@dispatch/kernel';
import { problemOf } from '@dispatch/wire';
import { corsHeaders, preflightHeaders } from '../access/cors.ts';
import { type AccessPolicy, decideAccess } from '../access/decide-access.ts';
import { readAccessRequest } from '../access/read-access-request.ts';
import { type Answer, problemAnswer, problemOfError } from '../answer.ts';
import { parseQuery } from '../requests/parse-query.ts';
import { readBody, readBytes } from '../requests/read-body.ts';
import { methodsOf } from '../routes/route-table.ts';
import type { ServedRoute } from '../routes/served-route.ts';
import { writeEvents } from '../streams/write-events.ts';
import { writePieces } from '../streams/write-pieces.ts';
import { writeAnswer } from './write-answer.ts';

/** What a request that the server took is served with. */
export interface Serving {
  /** Known once the server listens: it depends on the port. */
  readonly policy: () => AccessPolicy;
  readonly routes: readonly ServedRoute[];
  /** Those that stream now. */
  readonly followers: Set<Follower>;
  readonly isClosing: () => boolean;
  readonly runtime: Pick<Runtime, 'now' | 'sleep' | 'newAbortController'>;
  readonly logger: Logger;
}

/** A request on its way: `route` is undefined where none fits, `problem` what the router found wrong. */
export interface TakenRequest {
  readonly raw: IncomingMessage;
  readonly response: ServerResponse;
  readonly route: ServedRoute | undefined;
  readonly params: Readonly<Record<string, string>>;
  readonly problem?: Error;
}

/** Answers a request, stream included. Never rejects. */
export async function serveRequest(serving: Serving, taken: TakenRequest): Promise<void> {
  const { raw, response } = taken;
  const answer = await decideAnswer(serving, taken).catch((error: unknown) =>
    refuse(serving, taken, error),
  );
  if (answer.kind === 'events' && raw.method === 'HEAD') answer.follower.close();
  const cors = corsHeaders(serving.policy().origins, raw.headers.origin);
  writeAnswer(response, answer, serving.isClosing() ? { ...cors, connection: 'close' } : cors);
  if (answer.kind === 'pieces') {
    await (raw.method === 'HEAD'
      ? response.end()
      : writePieces(response, answer.pieces, serving.logger));
  }
  if (answer.kind !== 'events') return;
  const { follower } = answer;
  serving.followers.add(follower);
  if (serving.isClosing()) follower.close();
  await writeEvents({ response, follower, runtime: serving.runtime });
  serving.followers.delete(follower);
}

async function decideAnswer(serving: Serving, taken: TakenRequest): Promise<Answer> {
  const { raw, response, route, params } = taken;
  const policy = serving.policy();
  const preflight = answerPreflight(serving, raw);
  if (preflight !== undefined) return preflight;
  if (route?.isOpen !== true) {
    const access = decideAccess(policy, readAccessRequest(raw));
    if (!access.isAllowed) return problemAnswer(problemOf(access.code, access.detail));
  }
  if (taken.problem !== undefined) throw taken.problem;
  const url = raw.url ?? '';
  // A target with a host of its own is a proxy's business (RFC 9112 section 3.2.2).
  if (route === undefined || !url.startsWith('/')) return unrouted(serving, raw.method ?? '', url);
  const query = parseQuery(url);
  const body = route.takesBytes === true ? undefined : await readBody(raw, response);
  return route.handle({
    params,
    query,
    headers: raw.headers,
    body,
    readBytes: (maxBytes) => readBytes(raw, response, maxBytes),
    signal: () => goneSignal(serving, response),
  });
}

/** Undefined where the request is none, or its page is not let in (WIRE.md section 6). */
function answerPreflight(serving: Serving, raw: IncomingMessage): Answer | undefined {
  const { origin } = raw.headers;
  const isPreflight =
    raw.method === 'OPTIONS' && raw.headers['access-control-request-method'] !== undefined;
  const policy = serving.policy();
  if (!isPreflight || origin === undefined || !policy.origins.has(origin)) return undefined;
  // A browser asks without the token, which therefore can not decide here.
  if (policy.checkToken === undefined && !decideAccess(policy, readAccessRequest(raw)).isAllowed) {
    return undefined;
  }
  const methods = methodsOf(serving.routes, pathOf(raw.url ?? ''));
  return { kind: 'empty', status: 204, headers: preflightHeaders(methods) };
}

function unrouted(serving: Serving, method: string, url: string): Answer {
  const path = pathOf(url);
  const methods = methodsOf(serving.routes, path);
  if (methods.length === 0) {
    return problemAnswer(problemOf('not-found', `There is no route ${path.slice(0, 200)}.`));
  }
  const allow = methods.join(', ');
  const detail = `The route ${path.slice(0, 200)} does not take ${method}, but ${allow}.`;
  return problemAnswer(problemOf('method-not-allowed', detail), { allow });
}

function pathOf(url: string): string {
  const end = url.indexOf('?');
  return end < 0 ? url : url.slice(0, end);
}

/** Made once: without a reason each abort would make an exception, with its stack, that nobody reads. */
const clientGone = new Error('the client went away');

function goneSignal(serving: Serving, response: ServerResponse): AbortSignal {
  const gone = serving.runtime.newAbortController();
  response.once('close', () => gone.abort(clientGone));
  return gone.signal;
}

function refuse(serving: Serving, taken: TakenRequest, error: unknown): Answer {
  const problem = problemOfError(error);
  // Who went away in the middle of a request hears nothing, and that is no fault.
  if (problem.status === 500 && !taken.response.destroyed) {
    serving.logger.error('A request failed.', {
      method: taken.raw.method ?? '',
      route: taken.route?.path ?? '',
      error: error instanceof Error ? error.message : String(error),
      ...(isCodedError(error) ? { code: error.code, hint: error.hint ?? null } : {}),
      stack: error instanceof Error ? (error.stack ?? null) : null,
    });
  }
  return problemAnswer(problem);
}
