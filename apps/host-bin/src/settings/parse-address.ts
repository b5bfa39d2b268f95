import { isIP } from 'node:net';

const hostName =
  /^(?=.{1,253}$)[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?(\.[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?)*\.?$/;

export function isBindAddress(value: string): boolean {
  return isIP(value) !== 0 || hostName.test(value);
}

/** An address that only this machine can reach. */
export function isLoopback(address: string): boolean {
  return (
    address === 'localhost' ||
    address === '::1' ||
    (isIP(address) === 4 && address.startsWith('127.'))
  );
}

/** A name, with a port or without: `box.local`, `box.local:80`, `[::1]:80`. */
export function isHostWithPort(value: string): boolean {
  const match = /^(\[[0-9a-fA-F:.]+\]|[^:[\]]+)(?::(\d{1,5}))?$/.exec(value);
  const [, name = '', port] = match ?? [];
  if (port !== undefined && Number(port) > 65_535) return false;
  return name.startsWith('[') ? isIP(name.slice(1, -1)) === 6 : hostName.test(name);
}

/** What a browser sends in `Origin`: `https://box.local:8443`, no path. */
export function isOrigin(value: string): boolean {
  return URL.canParse(value) && new URL(value).origin === value && /^https?:/.test(value);
}

export function isHttpUrl(value: string): boolean {
  return URL.canParse(value) && /^https?:\/\/[^/]/.test(value);
}

/** A URL of PostgreSQL; its host may be left out where a parameter names the socket's folder. */
export function isPostgresUrl(value: string): boolean {
  return /^postgres(ql)?:\/\/./.test(value) && URL.canParse(value);
}
