/** A host as `Host` and `Origin` name it, in lower case. */
export interface HostName {
  readonly name: string;
  readonly port: number | undefined;
}

// One colon at most outside brackets, and nothing that could hide a user, a path or a second host.
const pattern = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::([0-9]{1,5}))?$/;

/** Undefined where the text is not a host, with a port or without. */
export function parseHostName(text: string): HostName | undefined {
  const match = pattern.exec(text.toLowerCase());
  const name = match?.[1];
  if (name === undefined) return undefined;
  const port = match?.[2];
  return { name, port: port === undefined ? undefined : Number(port) };
}

/** The host of an origin, its port always said; undefined where it is no origin of http or https. */
export function parseOriginHost(origin: string): HostName | undefined {
  const match = /^(https?):\/\/(.+)$/.exec(origin.toLowerCase());
  const host = parseHostName(match?.[2] ?? '');
  if (host === undefined) return undefined;
  return { name: host.name, port: host.port ?? (match?.[1] === 'https' ? 443 : 80) };
}
