/** Every code that a request is refused with, and its HTTP status (WIRE.md section 4). */
export const codes = {
  'invalid-json': { status: 400, title: 'The body is not JSON' },
  'invalid-input': { status: 400, title: 'The request is not of the form that it must have' },
  'unknown-model': { status: 400, title: 'No loaded provider knows the model' },
  'nothing-to-continue': { status: 400, title: 'There is nothing to go on from' },
  unauthorized: { status: 401, title: 'The token is missing or wrong' },
  'forbidden-origin': { status: 403, title: 'The host does not serve this origin' },
  'not-found': { status: 404, title: 'There is no such route' },
  'conversation-not-found': { status: 404, title: 'There is no such conversation' },
  'no-active-turn': { status: 404, title: 'No turn is running' },
  'queue-item-not-found': { status: 404, title: 'There is no such queued message' },
  'approval-not-found': { status: 404, title: 'There is no such approval' },
  'rule-not-found': { status: 404, title: 'There is no such stored rule' },
  'attachment-not-found': { status: 404, title: 'There is no such attachment' },
  'workspace-not-found': { status: 404, title: 'There is no such workspace' },
  'command-not-found': { status: 404, title: 'There is no such command' },
  'method-not-allowed': { status: 405, title: 'The route does not take this method' },
  'conversation-busy': { status: 409, title: 'A turn is running' },
  'already-resolved': { status: 409, title: 'The approval is resolved already' },
  'payload-too-large': { status: 413, title: 'The body is too large' },
  'unsupported-media-type': {
    status: 415,
    title: 'The body is not of a type that the route takes',
  },
  'too-many-commands': { status: 429, title: 'As many commands run in the background as may' },
  'queue-full': { status: 429, title: 'A hundred messages wait already' },
  internal: { status: 500, title: 'A fault of the host' },
  stopping: { status: 503, title: 'The host is stopping' },
  'store-unavailable': { status: 503, title: 'The store does not answer' },
  overloaded: { status: 503, title: 'The event logs are full' },
  'bad-frame': { status: 400, title: 'The frame is not a JSON object with an op' },
  'unknown-op': { status: 400, title: 'There is no such op' },
} as const;

export type ErrorCode = keyof typeof codes;

/** Codes that a turn itself ends with, as `error` events; a provider may add some of its own. */
export const turnCodes = [
  'provider-error',
  'provider-timeout',
  'invalid-script',
  'no-progress',
  'too-many-errors',
  'turn-unrecoverable',
  'store-unavailable',
  'internal',
] as const;

export type TurnCode = (typeof turnCodes)[number];
