import { fakeExtensionContext, memoryStore } from '@dispatch/conformance';
import { type Blobs, isCodedError, type Route, type RouteReply } from '@dispatch/contracts';
import extension from '../index.ts';

export interface Upload {
  readonly type?: string;
  readonly name?: string;
  readonly bytes?: Uint8Array;
  /** In place of `bytes`. */
  readonly readBytes?: () => Promise<Uint8Array>;
}

/** An answer, its pieces read and put together. */
export interface Given {
  readonly status: number;
  readonly mediaType?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly size?: number;
  readonly pieces?: readonly Uint8Array[];
  readonly bytes?: Uint8Array;
}

export interface Served {
  readonly blobs: Blobs;
  /** Resolves with what was kept. Rejects with coded errors. */
  upload(
    upload: Upload,
  ): Promise<{ readonly attachmentId: string; readonly [field: string]: unknown }>;
  /** Rejects with coded errors. */
  get(attachmentId: string, headers?: Readonly<Record<string, string>>): Promise<Given>;
}

/** The extension's routes on a store in memory, with no server around them. */
export async function serveRoutes(blobs: Blobs = memoryStore().blobs): Promise<Served> {
  const running = await extension.setup(fakeExtensionContext(), { blobs }, undefined);
  const { route: routes } = running.contributes as { readonly route: readonly Route[] };
  const { signal } = new AbortController();
  const find = (method: string) => {
    const route = routes.find((known) => known.method === method);
    if (route === undefined) throw new Error(`no route of ${method}`);
    return route;
  };
  return {
    blobs,
    async upload({ type, name, bytes = Uint8Array.of(1, 2, 3), readBytes = async () => bytes }) {
      const reply = await find('POST').handle({
        params: {},
        query: name === undefined ? {} : { name },
        body: {},
        headers: type === undefined ? {} : { 'content-type': type },
        readBytes,
        signal,
      });
      const { status, json } = 'json' in reply ? reply : { ...reply, json: undefined };
      if (status !== 201 || !hasId(json)) throw new Error(`answered ${JSON.stringify(reply)}`);
      return json;
    },
    async get(id, headers = {}) {
      const reply = await find('GET').handle({
        ...{ params: { id }, query: {}, body: {}, headers, signal },
      });
      return 'pieces' in reply ? readWhole(reply) : reply;
    },
  };
}

async function readWhole(reply: Extract<RouteReply, { readonly pieces: unknown }>): Promise<Given> {
  const pieces: Uint8Array[] = [];
  for await (const piece of reply.pieces) pieces.push(piece);
  return { ...reply, pieces, bytes: new Uint8Array(Buffer.concat(pieces)) };
}

function hasId(json: unknown): json is { readonly attachmentId: string } {
  return (
    typeof json === 'object' &&
    json !== null &&
    'attachmentId' in json &&
    typeof json.attachmentId === 'string'
  );
}

/** The code of the error that it rejects with. */
export function codeOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'resolved',
    (error: unknown) => (isCodedError(error) ? error.code : String(error)),
  );
}
