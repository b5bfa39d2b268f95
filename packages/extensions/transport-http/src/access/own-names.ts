import { type HostName, parseHostName } from './host-name.ts';

/** Tells whether a host is this one. */
export type OwnNames = (host: HostName) => boolean;

/**
 * The names of a host that listens on `port` at the loopback address `bind`: the usual ones and
 * `bind` with that port, and those that were given (WIRE.md section 6). An address in numbers can
 * not be rebound, so `bind` is as safe as the usual ones.
 */
export function ownNames(bind: string, port: number, given: readonly string[]): OwnNames {
  const address = bind.includes(':') ? `[${bind}]` : bind;
  const usual = new Set(['localhost', '127.0.0.1', '[::1]', address.toLowerCase()]);
  const more = given.flatMap((text) => parseHostName(text) ?? []);
  return (host) =>
    (usual.has(host.name) && (host.port ?? 80) === port) ||
    more.some(
      (own) => own.name === host.name && (own.port === undefined || own.port === (host.port ?? 80)),
    );
}
